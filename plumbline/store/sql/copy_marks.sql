-- The same marks in bulk.
-- Index: dirty_case_pkey. Locks: the new rows.
COPY dirty_case (home_court, subject, priority, cause, reference) FROM STDIN (FORMAT BINARY)
