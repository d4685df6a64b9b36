-- A new token; only the digest of its secret is kept.
-- Index: token_pkey. Locks: the new row.
INSERT INTO token (id, digest, principal, role, courts, sources, expires_at, person)
VALUES (%(id)s, %(digest)s, %(principal)s, %(role)s, %(courts)s, %(sources)s, %(expires_at)s, %(person)s)
