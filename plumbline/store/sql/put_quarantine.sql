-- Keeps refused records; the same bytes of a source refused for the same reason again only raise `times`.
-- Index: quarantine_record. Locks: the rows, taken in the order handed in (sorted by the caller, so no deadlock).
INSERT INTO quarantine AS kept (source, event_id, raw, digest, reason, detail, pointer, times)
SELECT * FROM unnest(
    %(source)s::text[], %(event_id)s::text[], %(raw)s::bytea[], %(digest)s::bytea[],
    %(reason)s::text[], %(detail)s::text[], %(pointer)s::text[], %(times)s::integer[]
)
ON CONFLICT (source, digest, reason) DO UPDATE SET times = kept.times + excluded.times
RETURNING id
