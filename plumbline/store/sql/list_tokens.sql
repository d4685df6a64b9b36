-- Every token without its digest, oldest first.
-- Scans a small table. Locks: none.
SELECT id, principal, role, courts, sources, created_at, expires_at, revoked_at, person
FROM token
ORDER BY created_at, id
