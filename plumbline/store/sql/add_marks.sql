-- Adds the marks of one vote to the totals, all of them in one statement; no mark is kept by itself.
-- Index: ballot_total_pkey. Lock: all totals of the ballot.
UPDATE ballot_total t SET total = t.total + g.mark
FROM unnest(%(subjects)s::int[], %(criteria)s::text[], %(marks)s::bigint[]) AS g (subject, criterion, mark)
WHERE t.ballot = %(ballot)s AND t.subject = g.subject AND t.criterion = g.criterion
