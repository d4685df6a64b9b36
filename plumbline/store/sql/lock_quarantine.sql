-- One refused record with its bytes, held until the transaction that decides it ends.
-- Index: quarantine_pkey. Locks: the row, FOR UPDATE: two deciders come one after the other.
SELECT id, source, event_id, received_at, reason, detail, pointer, times, octet_length(raw) AS size,
       decision, decided_by, decided_at, why, outcome, raw
FROM quarantine
WHERE id = %(id)s
FOR UPDATE
