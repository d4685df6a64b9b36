-- Refused records of some sources (NULL: of all), newest first, below a cursor; without their bytes.
-- Index: quarantine_pkey backwards. Locks: none.
SELECT id, source, event_id, received_at, reason, detail, pointer, times, octet_length(raw) AS size,
       decision, decided_by, decided_at, why, outcome
FROM quarantine
WHERE id < %(before)s
  AND (%(sources)s::text[] IS NULL OR source = ANY (%(sources)s::text[]))
  AND (%(reason)s::text IS NULL OR reason = %(reason)s::text)
  AND (NOT %(undecided)s OR decision IS NULL)
ORDER BY id DESC
LIMIT %(limit)s
