-- Keeps what a told change says. Index: notice_pkey. Lock: the new row.
INSERT INTO notice (number, deviation, body) VALUES (%(number)s, %(deviation)s, %(body)s)
