-- A case as folded now, with the number of its newest page.
-- Index: case_state_pkey, page_pkey. Lock: none.
SELECT s.generation, s.posted, s.events, s.sealed, g.number
FROM case_state s
LEFT JOIN page g ON g.id = s.page
WHERE s.home_court = %(home_court)s AND s.subject = %(subject)s
