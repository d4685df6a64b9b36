-- Ends a token now; the first revocation stands.
-- Index: token_pkey. Locks: the row.
UPDATE token SET revoked_at = clock_timestamp() WHERE id = %(id)s AND revoked_at IS NULL
