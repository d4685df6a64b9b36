-- Counts and notes that an attempt begins, if the lease still holds. Index: outbox_pkey, delivery_attempt_pkey.
-- Lock: the delivery's row, the new row.
WITH begun AS (
    UPDATE outbox o SET attempts = o.attempts + 1
    FROM subscription s
    WHERE o.id = %(id)s AND o.token = %(token)s AND o.state = 'waiting'
        AND s.id = o.subscription AND s.token = %(token)s
    RETURNING o.id, o.token
)
INSERT INTO delivery_attempt (delivery, number, token)
SELECT b.id, (SELECT coalesce(max(a.number), 0) + 1 FROM delivery_attempt a WHERE a.delivery = b.id), b.token
FROM begun b
