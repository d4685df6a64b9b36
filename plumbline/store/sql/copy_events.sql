-- Appends events in bulk, in binary; fails as a whole on the first key that is already there.
-- Index: event_pkey (unique). Locks: the new rows; waits for a transaction that is writing the same key.
COPY event (source, event_id, type, home_court, subject, occurred_at, sequence, replaces, revision, recorded_at,
            by_hand, data, digest, receipt) FROM STDIN (FORMAT BINARY)
