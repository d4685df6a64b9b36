-- The due deliveries of a leased subscription, longest due first; never one whose deviation has an earlier one waiting.
-- Index: outbox_waiting, outbox_deviation. Lock: the rows taken.
UPDATE outbox o SET token = %(token)s
FROM (
    SELECT w.id FROM outbox w
    WHERE w.subscription = %(subscription)s AND w.state = 'waiting' AND w.next_at <= clock_timestamp()
        AND NOT EXISTS (
            SELECT 1 FROM outbox e
            WHERE e.subscription = w.subscription AND e.deviation = w.deviation
                AND e.notice < w.notice AND e.state = 'waiting'
        )
    ORDER BY w.next_at, w.id
    LIMIT %(most)s
    FOR UPDATE
) taken
WHERE o.id = taken.id
RETURNING o.id, o.message, o.attempts, o.owed_at,
    (SELECT n.body FROM notice n WHERE n.number = o.notice),
    EXISTS (
        SELECT 1 FROM outbox l
        WHERE l.subscription = o.subscription AND l.deviation = o.deviation
            AND l.notice > o.notice AND l.state = 'delivered'
    )
