-- The cases of a court's opening stock that are not what their mark says on the opening day: pending without the mark, filed on or after the
-- day, or closed before it; how many there are of each. Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
WITH line AS (
    SELECT p.home_court, p.subject, p.day, p.value,
           p.account = ANY (%(stocks)s::int[]) AS pending, p.account = ANY (%(openings)s::int[]) AS opening,
           p.account = ANY (%(marks)s::int[]) AS mark
    FROM posting p
    JOIN page g ON g.id = p.page AND g.number <= %(page)s
    WHERE p.account = ANY (%(stocks)s::int[] || %(openings)s::int[] || %(marks)s::int[]) AND p.court = %(court)s
      AND (p.day < %(day)s OR p.account = ANY (%(marks)s::int[]))
), kept AS (
    SELECT home_court, subject,
           coalesce(sum(value) FILTER (WHERE pending), 0) AS pending, coalesce(sum(value) FILTER (WHERE opening), 0) AS opening,
           coalesce(sum(value) FILTER (WHERE mark AND day >= %(day)s), 0) AS later,
           coalesce(sum(value) FILTER (WHERE mark AND day < %(day)s), 0) AS earlier,
           min(day) AS since
    FROM line
    GROUP BY home_court, subject
), told AS (
    SELECT k.home_court, k.subject, k.since,
           CASE WHEN k.pending > k.opening THEN 'unmarked' WHEN k.later > 0 THEN 'filed_after'
                WHEN k.earlier > 0 AND k.pending = 0 AND NOT EXISTS (
                    SELECT 1 FROM posting o JOIN page g ON g.id = o.page AND g.number <= %(page)s
                    WHERE o.account = ANY (%(openings)s::int[]) AND o.day < %(day)s AND o.home_court = k.home_court AND o.subject = k.subject
                    GROUP BY o.subject HAVING sum(o.value) > 0) THEN 'closed_before' END AS why
    FROM kept k
), listed AS (
    SELECT t.*, NOT coalesce(s.sealed, false) AS shown
    FROM told t
    LEFT JOIN case_state s ON s.home_court = t.home_court AND s.subject = t.subject
    WHERE t.why IS NOT NULL
)
SELECT home_court, subject, since, why, shown, count(*) OVER () AS cases
FROM listed
ORDER BY shown DESC, why, subject COLLATE "C", home_court COLLATE "C"
LIMIT %(limit)s
