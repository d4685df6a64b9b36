-- The words of refused records that no map knows; a record that came again raises only when it was last seen.
-- Index: unmapped_word_pkey. Locks: the rows, in the order handed in (sorted by the caller).
INSERT INTO unmapped_word (quarantine, source, map, field, word)
SELECT kept.id, given.source, given.map, given.field, given.word
FROM unnest(
    %(source)s::text[], %(digest)s::bytea[], %(reason)s::text[], %(map)s::text[], %(field)s::text[], %(word)s::text[]
) WITH ORDINALITY AS given (source, digest, reason, map, field, word, place)
JOIN quarantine kept
  ON kept.source = given.source AND kept.digest = given.digest AND kept.reason = given.reason
ORDER BY given.place
ON CONFLICT (quarantine, map, field, word) DO UPDATE SET last_at = clock_timestamp()
