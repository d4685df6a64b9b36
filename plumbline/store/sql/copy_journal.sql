-- Every row of the journal in binary, in the order it lies on disk: the columns of copy_events.
-- Index: none (whole table). Lock: none.
COPY event (source, event_id, type, home_court, subject, occurred_at, sequence, replaces, revision, recorded_at,
            by_hand, data, digest, receipt) TO STDOUT (FORMAT BINARY)
