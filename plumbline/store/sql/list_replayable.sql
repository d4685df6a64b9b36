-- Numbers of undecided records of a source refused for a reason (and, where given, for a word of a field), in order.
-- Index: quarantine_record by source, or unmapped_word_value. Locks: none.
SELECT q.id
FROM quarantine q
WHERE q.source = %(source)s
  AND q.reason = %(reason)s
  AND q.decision IS NULL
  AND q.id > %(after)s
  AND (
    (%(field)s::text IS NULL AND %(word)s::text IS NULL)
    OR EXISTS (
      SELECT FROM unmapped_word w
      WHERE w.quarantine = q.id
        AND (%(field)s::text IS NULL OR w.field = %(field)s::text)
        AND (%(word)s::text IS NULL OR w.word = %(word)s::text)
    )
  )
ORDER BY q.id
LIMIT %(limit)s
