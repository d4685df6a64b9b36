-- The spells in which cases carry a tag at a court: from a day until a day. None where no tag is asked for.
-- Index: posting_ledger, page_pkey. Lock: none. Part of other statements; their %(courts)s and %(page)s bound it too.
SELECT s.home_court, s.subject, s.court, s.since, s.until
FROM (
    SELECT d.home_court, d.subject, d.court, d.day AS since,
           coalesce(lead(d.day) OVER w, 'infinity'::date) AS until, sum(d.value) OVER w AS level
    FROM (
        SELECT t.home_court, t.subject, t.court, t.day, sum(t.value) AS value
        FROM posting t
        JOIN page h ON h.id = t.page
        WHERE t.account = %(tag)s::int AND t.court = ANY (%(courts)s::text[]) AND h.number <= %(page)s
        GROUP BY t.home_court, t.subject, t.court, t.day
        HAVING sum(t.value) <> 0
    ) d
    WINDOW w AS (PARTITION BY d.home_court, d.subject, d.court ORDER BY d.day)
) s
WHERE s.level > 0
