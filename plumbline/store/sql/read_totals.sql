-- The totals of a ballot.
-- Index: ballot_total_pkey. Lock: none.
SELECT subject, criterion, total FROM ballot_total WHERE ballot = %(ballot)s
