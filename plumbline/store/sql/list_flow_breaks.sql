-- The cases of a balance whose entries and exits are not what its stock shows, with what each term has of them; how many there are.
-- Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
WITH asked AS (
    SELECT * FROM unnest(%(terms)s::int[], %(accounts)s::int[], %(signs)s::int[], %(courts)s::text[], %(firsts)s::date[],
                         %(untils)s::date[]) AS q (term, account, sign, court, first, until)
), line AS (
    SELECT q.term, q.sign, p.home_court, p.subject, sum(p.value)::bigint AS value, max(p.day) AS day,
           bool_and(p.court = ANY (%(visible)s::text[])) AS seen
    FROM asked q
    JOIN posting p ON p.account = q.account AND p.court = q.court AND p.day >= q.first AND p.day < q.until
    JOIN page g ON g.id = p.page AND g.number <= %(page)s
    WHERE (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
    GROUP BY q.term, q.sign, p.home_court, p.subject
    HAVING sum(p.value) <> 0
), broken AS (
    SELECT l.home_court, l.subject, sum(l.sign * l.value)::bigint AS difference, max(l.day) AS day, bool_and(l.seen) AS seen,
           jsonb_agg(jsonb_build_array(l.term, l.value) ORDER BY l.term) AS terms
    FROM line l
    GROUP BY l.home_court, l.subject
    HAVING sum(l.sign * l.value) <> 0
), listed AS (
    SELECT b.*, b.seen AND NOT coalesce(s.sealed, false) AS shown
    FROM broken b
    LEFT JOIN case_state s ON s.home_court = b.home_court AND s.subject = b.subject
)
SELECT home_court, subject, difference, day, terms, shown, count(*) OVER () AS cases, count(*) FILTER (WHERE NOT shown) OVER () AS hidden
FROM listed
ORDER BY shown DESC, subject COLLATE "C", home_court COLLATE "C"
LIMIT %(limit)s
