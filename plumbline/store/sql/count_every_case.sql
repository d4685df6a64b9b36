-- How many cases a new definition has to reach: those folded or linked to, in all courts and in some.
-- Index: none (whole tables; asked only while something fills). Lock: none.
SELECT count(*), count(*) FILTER (WHERE %(courts)s::text[] IS NULL OR home_court = ANY (%(courts)s::text[]))
FROM (
    SELECT home_court, subject FROM case_state
    UNION
    SELECT l.to_court, l.to_subject FROM case_link l JOIN court_desk d ON d.home_court = l.to_court
) every
