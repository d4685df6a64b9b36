-- Marks every case ever folded or linked to, at low priority: new definitions must reach all of them.
-- Index: none (whole tables). Lock: none.
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT home_court, subject, 5, %(cause)s, %(reference)s
FROM (
    SELECT home_court, subject FROM case_state
    UNION
    SELECT l.to_court, l.to_subject FROM case_link l JOIN court_desk d ON d.home_court = l.to_court
) every
