-- The words of undecided records that no map knew, by source, map, field and word, with how often they came.
-- Index: unmapped_word_value, quarantine_pkey. Locks: none.
SELECT w.source, w.map, w.field, w.word, sum(q.times)::bigint, count(*)::bigint, min(w.first_at), max(w.last_at), min(q.id)
FROM unmapped_word w
JOIN quarantine q ON q.id = w.quarantine
WHERE q.decision IS NULL
  AND (%(sources)s::text[] IS NULL OR w.source = ANY (%(sources)s::text[]))
  AND (%(source)s::text IS NULL OR w.source = %(source)s::text)
GROUP BY w.source, w.map, w.field, w.word
ORDER BY w.source, w.map, w.field, sum(q.times) DESC, w.word
LIMIT %(limit)s
