-- When the events of this transaction became known.
-- Index: receipt_pkey. Locks: the new row.
INSERT INTO receipt (id, events) OVERRIDING SYSTEM VALUE VALUES (%(id)s, %(events)s)
