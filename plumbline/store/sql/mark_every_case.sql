-- Marks every case ever folded, at low priority: new definitions must reach all of them.
-- Index: none (whole table). Lock: none.
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT home_court, subject, 5, %(cause)s, %(reference)s FROM case_state
