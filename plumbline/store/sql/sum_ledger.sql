-- The ledger's net by key, cases added up.
-- Index: posting_ledger. Lock: none.
SELECT account, court, category, day, division, judge, cause, sum(value)
FROM posting
WHERE account = ANY (%(accounts)s::int[])
GROUP BY account, court, category, day, division, judge, cause
