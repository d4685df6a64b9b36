-- Notes that a watch has looked at a day; nothing where it has already.
-- Index: watch_look_pkey. Lock: the new row.
INSERT INTO watch_look (watch, hash, day, page, objects, beyond)
VALUES (%(watch)s, %(hash)s, %(day)s, %(page)s, %(objects)s, %(beyond)s)
ON CONFLICT (watch, hash, day) DO NOTHING
