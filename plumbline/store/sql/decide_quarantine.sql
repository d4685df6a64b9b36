-- Writes the decision on a record that has none yet.
-- Index: quarantine_pkey. Locks: the row.
UPDATE quarantine
SET decision = %(decision)s, decided_by = %(decided_by)s, decided_at = clock_timestamp(), why = %(why)s,
    outcome = %(outcome)s
WHERE id = %(id)s AND decision IS NULL
