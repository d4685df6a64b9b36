-- Leases the Alertmanager whose standing alerts are to be told again; its next turn is ahead. Under the same lease as deliveries,
-- so that no end is overtaken by what stood before. Index: the few subscriptions are read whole. Lock: the subscription's row.
UPDATE subscription SET
    again_at = clock_timestamp() + %(every_s)s * interval '1 second',
    token = token + 1,
    leased_until = clock_timestamp() + %(lease_s)s * interval '1 second'
WHERE id = (
    SELECT id FROM subscription
    WHERE kind = 'alertmanager' AND state = 'active' AND again_at <= clock_timestamp()
        AND (leased_until IS NULL OR leased_until <= clock_timestamp())
    ORDER BY again_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, title, kind, address, language, owner, token, failing
