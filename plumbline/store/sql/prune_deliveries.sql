-- Forgets deliveries that are over and older than a moment, a bounded part at a time, with their attempts. Kept are those of a
-- deviation that still stands (its end is told to whoever heard of it), and those beside one that waits or is dead (a later
-- one that was delivered keeps it from being told over). Index: outbox_over, outbox_deviation, deviation_pkey,
-- delivery_attempt_pkey. Lock: the rows; those that others hold are left for later.
WITH over AS (
    SELECT o.id
    FROM outbox o
    WHERE o.state IN ('delivered', 'withheld') AND o.done_at < %(before)s
        AND NOT EXISTS (SELECT 1 FROM deviation d WHERE d.id = o.deviation AND d.state <> 'resolved')
        AND NOT EXISTS (
            SELECT 1 FROM outbox w
            WHERE w.subscription = o.subscription AND w.deviation = o.deviation AND w.state IN ('waiting', 'dead')
        )
    ORDER BY o.done_at
    LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
), tried AS (
    DELETE FROM delivery_attempt a USING over WHERE a.delivery = over.id
)
DELETE FROM outbox o USING over WHERE o.id = over.id
