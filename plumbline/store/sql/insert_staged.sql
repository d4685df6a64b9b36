-- Appends the staged events whose keys are new, in the one order every writer uses (by code point), and returns those keys.
-- Index: event_pkey (unique). Locks: the new rows; waits for a transaction that is writing the same key.
INSERT INTO event (source, event_id, type, home_court, subject, occurred_at, sequence, replaces, revision, recorded_at,
                   by_hand, data, digest, receipt)
SELECT * FROM staged_event ORDER BY source COLLATE "C", event_id COLLATE "C"
ON CONFLICT (source, event_id) DO NOTHING
RETURNING source, event_id
