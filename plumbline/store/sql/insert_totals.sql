-- The empty totals of a new ballot.
-- Index: ballot_total_pkey. Lock: the new rows.
INSERT INTO ballot_total (ballot, subject, criterion, total)
SELECT %(ballot)s, subject, criterion, 0
FROM generate_series(0, %(subjects)s - 1) AS subject CROSS JOIN unnest(%(criteria)s::text[]) AS criterion
