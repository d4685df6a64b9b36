-- The token of an id, if it is neither revoked nor expired.
-- Index: token_pkey. Locks: none.
SELECT digest, principal, role, courts, sources, person
FROM token
WHERE id = %(id)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
