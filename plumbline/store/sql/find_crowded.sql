-- Notes keys as named by too many cases; answers those that were not noted before. In the order of the keys, so that two
-- steps that note the same keys wait for each other and never in a ring.
-- Index: crowded_key_pkey. Locks: the new rows; waits for another step that notes the same key.
INSERT INTO crowded_key (key)
SELECT key FROM unnest(%(keys)s::text[]) AS found (key) ORDER BY key
ON CONFLICT (key) DO NOTHING
RETURNING key
