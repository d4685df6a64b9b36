-- Marks every case of the journal at low priority, to be folded again.
-- Index: event_case (scan). Lock: none.
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT DISTINCT home_court, subject, 5, 'rebuild', 0 FROM event
