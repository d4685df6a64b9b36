-- Ends the attempt of a lease. Index: delivery_attempt_pkey. Lock: the row.
UPDATE delivery_attempt SET ended_at = clock_timestamp(), status = %(status)s, error = %(error)s
WHERE delivery = %(id)s AND token = %(token)s AND ended_at IS NULL
