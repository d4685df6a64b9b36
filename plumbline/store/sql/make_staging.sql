-- A place for events of which some may be stored already; gone with the transaction.
-- Index: none. Locks: none that others see.
CREATE TEMPORARY TABLE staged_event ON COMMIT DROP AS
SELECT source, event_id, type, home_court, subject, occurred_at, sequence, replaces, revision, recorded_at, by_hand,
       data, digest, receipt
FROM event
WHERE false
