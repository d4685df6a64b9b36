-- Courts with their validity spans as known at a moment (now without one), of one pack's file or of all, in the official order.
-- Index: none (a small table). Lock: none.
SELECT code, parent, name_zh, name_en, level, valid_from, valid_until, status, zone, position
FROM court
WHERE (%(pack)s::text IS NULL OR pack = %(pack)s)
  AND (CASE WHEN %(known_at)s::timestamptz IS NULL THEN known_until IS NULL
            ELSE known_from <= %(known_at)s AND (known_until IS NULL OR known_until > %(known_at)s) END)
ORDER BY position, code, valid_from
