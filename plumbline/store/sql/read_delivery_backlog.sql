-- Deliveries that wait (counted to a bound), how long the oldest due has been, dead ones (to a bound), and subscriptions that
-- fail or are disabled. Index: outbox_waiting, outbox_dead. Lock: none.
SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = 'waiting' LIMIT %(most)s) t),
       (SELECT extract(epoch FROM clock_timestamp() - min(o.owed_at))
        FROM outbox o JOIN subscription s ON s.id = o.subscription
        WHERE o.state = 'waiting' AND s.state = 'active'),
       (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = 'dead' LIMIT %(most)s) t),
       (SELECT count(*) FROM subscription WHERE state = 'active' AND failing > 0),
       (SELECT count(*) FROM subscription WHERE state = 'disabled')
