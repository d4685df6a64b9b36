-- One delivery with its attempts. Index: outbox_message, delivery_attempt_pkey. Lock: none.
SELECT o.id, o.message, o.subscription, o.notice, o.deviation, o.state, o.owed_at, o.next_at, o.attempts, o.done_at, o.error,
       (SELECT jsonb_agg(jsonb_build_array(a.number, a.begun_at, a.ended_at, a.status, a.error) ORDER BY a.number)
        FROM delivery_attempt a WHERE a.delivery = o.id)
FROM outbox o
WHERE o.message = %(message)s
