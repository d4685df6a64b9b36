-- Leases the subscription whose delivery has been due longest, passing over what others hold, what rests and what is paused.
-- Index: outbox_waiting, outbox_deviation. Lock: the subscription's row.
UPDATE subscription SET token = token + 1, leased_until = clock_timestamp() + %(lease_s)s * interval '1 second'
WHERE id = (
    SELECT s.id
    FROM subscription s
    CROSS JOIN LATERAL (
        SELECT o.next_at FROM outbox o
        WHERE o.subscription = s.id AND o.state = 'waiting' AND o.next_at <= clock_timestamp()
            AND NOT EXISTS (
                SELECT 1 FROM outbox e
                WHERE e.subscription = o.subscription AND e.deviation = o.deviation
                    AND e.notice < o.notice AND e.state = 'waiting'
            )
        ORDER BY o.next_at LIMIT 1
    ) due
    WHERE s.state = 'active'
        AND (s.leased_until IS NULL OR s.leased_until <= clock_timestamp())
        AND (s.not_before IS NULL OR s.not_before <= clock_timestamp())
    ORDER BY due.next_at
    LIMIT 1
    FOR UPDATE OF s SKIP LOCKED
)
RETURNING id, title, kind, address, language, owner, token, failing
