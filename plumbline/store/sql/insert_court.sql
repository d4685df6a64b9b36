-- Adds a court's row; the first file that holds a code and its first day keeps it.
-- Index: court_pkey. Lock: the new row.
INSERT INTO court (code, parent, name_zh, name_en, level, valid_from, valid_until, status, zone, position, pack)
SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s
WHERE NOT EXISTS (SELECT 1 FROM court WHERE code = %s AND valid_from = %s AND known_until IS NULL)
