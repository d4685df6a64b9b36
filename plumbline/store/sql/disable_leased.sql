-- Disables a subscription from inside its lease. Index: subscription_pkey. Lock: the row.
UPDATE subscription SET state = 'disabled', why = %(why)s, changed_at = clock_timestamp()
WHERE id = %(subscription)s AND token = %(token)s AND state = 'active'
