-- One fact of some cases as last folded, with the number of the page that folded it.
-- Index: case_state_pkey, page_pkey, one probe a case. Lock: none.
SELECT s.home_court, s.subject, s.facts ->> %(fact)s, coalesce(g.number, 0)
FROM unnest(%(home_courts)s::text[], %(subjects)s::text[]) AS wanted (home_court, subject)
JOIN case_state s ON s.home_court = wanted.home_court AND s.subject = wanted.subject
LEFT JOIN page g ON g.id = s.page
