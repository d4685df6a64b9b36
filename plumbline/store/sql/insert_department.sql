-- A department of a court, unless the court has one of that code.
-- Index: department_pkey. Lock: the new row.
INSERT INTO department (court, code, title_zh, title_en) VALUES (%(court)s, %(code)s, %(title_zh)s, %(title_en)s)
ON CONFLICT DO NOTHING
