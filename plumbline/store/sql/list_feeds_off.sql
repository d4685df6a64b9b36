-- Feeds that stand as off by their own watches, by court.
-- Index: deviation_standing. Lock: none.
SELECT court, object FROM deviation WHERE kind = 'feed' AND state <> 'resolved' ORDER BY court, object
