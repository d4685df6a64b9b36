-- Rows that are back answer their own questions.
-- Index: snapshot_question_open, one probe a key. Locks: those questions.
UPDATE snapshot_question
SET answer = 'reappeared', answered_by = %(who)s, answered_at = %(now)s, why = %(why)s
FROM unnest(%(digests)b::bytea[]) AS wanted (key_digest)
WHERE source = %(source)s AND table_name = %(table)s AND snapshot_question.key_digest = wanted.key_digest
  AND answer IS NULL
