-- One refused record with its bytes.
-- Index: quarantine_pkey. Locks: none.
SELECT id, source, event_id, received_at, reason, detail, pointer, times, octet_length(raw) AS size,
       decision, decided_by, decided_at, why, outcome, raw
FROM quarantine
WHERE id = %(id)s
