-- Deliveries of a subscription, newest first. Index: outbox_pkey backwards, outbox_deviation. Lock: none.
SELECT o.id, o.message, o.subscription, o.notice, o.deviation, o.state, o.owed_at, o.next_at, o.attempts, o.done_at, o.error,
       (SELECT jsonb_agg(jsonb_build_array(a.number, a.begun_at, a.ended_at, a.status, a.error) ORDER BY a.number)
        FROM delivery_attempt a WHERE a.delivery = o.id)
FROM outbox o
WHERE o.subscription = %(subscription)s AND o.id < %(before)s
    AND (%(state)s::text IS NULL OR o.state = %(state)s)
ORDER BY o.id DESC LIMIT %(most)s
