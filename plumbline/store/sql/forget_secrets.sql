-- Forgets secrets that hold no more. Index: subscription_secret_pkey. Lock: the rows.
DELETE FROM subscription_secret WHERE subscription = %(subscription)s AND ends_at <= clock_timestamp()
