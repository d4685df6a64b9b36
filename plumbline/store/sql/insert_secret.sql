-- A new secret. Index: subscription_secret_pkey. Lock: the new row.
INSERT INTO subscription_secret (subscription, number, sealed)
SELECT %(subscription)s, coalesce(max(number), 0) + 1, %(sealed)s
FROM subscription_secret WHERE subscription = %(subscription)s
