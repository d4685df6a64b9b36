-- Changes what a subscription asks for; another address ends every lease, so that nothing goes to the old one.
-- Index: subscription_pkey. Lock: the row.
UPDATE subscription SET
    title = %(title)s, address = %(address)s, courts = %(courts)s, scope = %(scope)s, least = %(least)s, kinds = %(kinds)s,
    language = %(language)s, heartbeat_s = %(heartbeat_s)s, changed_at = clock_timestamp(),
    beat_at = least(beat_at, clock_timestamp()),
    token = CASE WHEN address <> %(address)s THEN token + 1 ELSE token END,
    leased_until = CASE WHEN address <> %(address)s THEN NULL ELSE leased_until END,
    failing = CASE WHEN address <> %(address)s THEN 0 ELSE failing END,
    not_before = CASE WHEN address <> %(address)s THEN NULL ELSE not_before END
WHERE id = %(id)s
