-- Which of some cases are sealed, and to which courts each has posted.
-- Index: case_state_pkey, one probe a case. Lock: none.
SELECT s.home_court, s.subject, s.sealed, s.posted
FROM unnest(%(home_courts)s::text[], %(subjects)s::text[]) AS wanted (home_court, subject)
JOIN case_state s ON s.home_court = wanted.home_court AND s.subject = wanted.subject
