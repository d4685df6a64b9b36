-- Locks the desk of the court whose oldest, most urgent mark waits, passing over desks another worker holds.
-- Index: dirty_case_desk (one probe a court). Lock: the court_desk row, to the end of the transaction.
SELECT d.home_court
FROM court_desk d
CROSS JOIN LATERAL (
    SELECT m.priority, m.id FROM dirty_case m
    WHERE m.home_court = d.home_court
    ORDER BY m.priority, m.id
    LIMIT 1
) oldest
ORDER BY oldest.priority, oldest.id
LIMIT 1
FOR UPDATE OF d SKIP LOCKED
