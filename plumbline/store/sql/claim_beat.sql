-- Takes the subscription whose heartbeat is due, for as long as one lasts. Index: the few subscriptions are read whole.
-- Lock: the subscription's row.
UPDATE subscription SET beat_at = clock_timestamp() + heartbeat_s * interval '1 second'
WHERE id = (
    SELECT id FROM subscription
    WHERE heartbeat_s IS NOT NULL AND state = 'active' AND beat_at <= clock_timestamp()
    ORDER BY beat_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, title, kind, address, language, owner, token, failing, heartbeat_s
