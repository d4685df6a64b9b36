-- The secrets that hold, the newest first, at most two. Index: subscription_secret_pkey. Lock: none.
SELECT number, sealed, made_at, ends_at FROM subscription_secret
WHERE subscription = %(subscription)s AND (ends_at IS NULL OR ends_at > clock_timestamp())
ORDER BY number DESC LIMIT 2
