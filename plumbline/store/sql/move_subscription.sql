-- Pauses, disables or resumes; a stop ends every lease. Index: subscription_pkey. Lock: the row.
UPDATE subscription SET
    state = %(state)s, why = %(why)s, changed_at = clock_timestamp(), failing = 0, not_before = NULL,
    token = token + 1, leased_until = NULL
WHERE id = %(id)s AND state <> %(state)s
