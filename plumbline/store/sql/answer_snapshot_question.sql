-- Writes a person's answer on an open question.
-- Index: snapshot_question_pkey. Locks: the row, held by the caller already.
UPDATE snapshot_question
SET answer = %(answer)s, entered_under = %(entered_under)s, why = %(why)s, answered_by = %(who)s, answered_at = %(now)s
WHERE id = %(id)s AND answer IS NULL
