-- Cases that may stand with one judge of one court: he holds lines of one of some stocks there, today or to come.
-- Index: posting_ledger, case_state_pkey, page_pkey. Lock: none.
SELECT s.home_court, s.subject, s.sealed, s.posted, g.number,
       (SELECT jsonb_object_agg(key, value) FROM jsonb_each(s.facts) WHERE key = ANY (%(facts)s::text[])) AS facts
FROM (
    SELECT DISTINCT home_court, subject
    FROM (
        SELECT p.account, p.home_court, p.subject
        FROM posting p
        WHERE p.account = ANY (%(accounts)s::int[]) AND p.court = %(court)s AND p.judge = %(person)s
        GROUP BY p.account, p.home_court, p.subject
        HAVING sum(p.value) > 0 OR sum(p.value) FILTER (WHERE p.day <= %(today)s) > 0
    ) held
) his
JOIN case_state s ON s.home_court = his.home_court AND s.subject = his.subject
LEFT JOIN page g ON g.id = s.page
