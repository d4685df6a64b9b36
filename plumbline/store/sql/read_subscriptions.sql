-- Subscriptions as they stand, in the order they were made; one, or all. Index: subscription_pkey. Lock: none.
SELECT id, title, kind, address, courts, scope, least, kinds, language, heartbeat_s, owner, state, why, made_at, changed_at,
       failing
FROM subscription
WHERE %(id)s::uuid IS NULL OR id = %(id)s
ORDER BY made_at, id
