-- Opens an account, or has one filled anew that no generation posted to for a while.
-- Index: account_hash. Lock: the account's row.
INSERT INTO account (measure, hash, kind, generation, status)
VALUES (%(measure)s, %(hash)s, %(kind)s, %(generation)s, 'filling')
ON CONFLICT (hash, kind) DO UPDATE SET generation = excluded.generation, status = 'filling', completed_at = NULL
