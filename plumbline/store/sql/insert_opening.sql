-- One statement of an opening stock, as the next of its court and source.
-- Index: opening_pkey. Lock: the new row.
INSERT INTO opening (court, source, number, day, stated, why, principal, at, page)
VALUES (%(court)s, %(source)s, %(number)s, %(day)s, %(stated)s, %(why)s, %(principal)s, %(at)s, %(page)s)
