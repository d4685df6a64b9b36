-- The cases whose part in a figure differs between two pages (or two court days), with the pages written in between.
-- Index: posting_ledger, page_pkey, case_state_pkey. Lock: none.
WITH line AS (
    SELECT p.home_court, p.subject, p.court, p.value, g.number AS page,
           p.account = %(from_account)s AND g.number <= %(from_page)s AND p.day >= %(from_first)s
               AND p.day < %(from_until)s AND p.court = ANY (%(from_courts)s::text[]) AS before,
           p.account = %(to_account)s AND p.day >= %(to_first)s AND p.day < %(to_until)s
               AND p.court = ANY (%(to_courts)s::text[]) AS after
    FROM posting p
    JOIN page g ON g.id = p.page
    WHERE p.account = ANY (ARRAY[%(from_account)s, %(to_account)s]::int[]) AND g.number <= %(to_page)s
      AND p.court = ANY (%(from_courts)s::text[] || %(to_courts)s::text[])
      AND p.day >= least(%(from_first)s::date, %(to_first)s::date) AND p.day < greatest(%(from_until)s::date, %(to_until)s::date)
      AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
), moved AS (
    SELECT l.home_court, l.subject,
           coalesce(sum(l.value) FILTER (WHERE l.before), 0)::bigint AS was,
           coalesce(sum(l.value) FILTER (WHERE l.after), 0)::bigint AS is_now,
           coalesce(array_agg(DISTINCT l.page) FILTER (WHERE l.after AND (l.page > %(from_page)s OR %(other_version)s)), '{}') AS pages,
           NOT coalesce(bool_or(s.sealed), false) AND bool_and(l.court = ANY (%(visible)s::text[])) AS listed
    FROM line l
    LEFT JOIN case_state s ON s.home_court = l.home_court AND s.subject = l.subject
    GROUP BY l.home_court, l.subject
    HAVING coalesce(sum(l.value) FILTER (WHERE l.before), 0) <> coalesce(sum(l.value) FILTER (WHERE l.after), 0)
)
SELECT home_court, subject, was, is_now, pages, listed
FROM moved
