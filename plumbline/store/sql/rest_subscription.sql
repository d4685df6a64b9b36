-- How a receiver fared: failing or not, and how long it is left alone. Index: subscription_pkey. Lock: the row.
UPDATE subscription SET
    failing = CASE WHEN %(pause_s)s::float8 IS NULL THEN 0 ELSE failing + 1 END,
    not_before = clock_timestamp() + %(pause_s)s::float8 * interval '1 second'
WHERE id = %(subscription)s AND token = %(token)s
