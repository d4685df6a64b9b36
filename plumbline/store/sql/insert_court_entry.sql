-- One row of a court file as written.
-- Index: court_entry_pkey. Lock: the row.
INSERT INTO court_entry (pack, position, code, parent, name_zh, name_en, level, kind, status, basis)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
