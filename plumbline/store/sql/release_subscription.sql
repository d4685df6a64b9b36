-- Gives a lease back, if it is still the newest. Index: subscription_pkey. Lock: the row.
UPDATE subscription SET leased_until = NULL WHERE id = %(subscription)s AND token = %(token)s
