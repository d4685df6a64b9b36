-- What waits: case marks and value marks (counted to a bound), the age of the oldest, parked cases, the newest page.
-- Index: primary keys. Lock: none.
SELECT (SELECT count(*) FROM (SELECT 1 FROM dirty_case LIMIT %(most)s) t),
       (SELECT count(*) FROM (SELECT 1 FROM dirty_value LIMIT %(most)s) t),
       (SELECT extract(epoch FROM clock_timestamp() - marked_at) FROM dirty_case ORDER BY id LIMIT 1),
       (SELECT count(*) FROM parked_case),
       (SELECT number FROM page_clock)
