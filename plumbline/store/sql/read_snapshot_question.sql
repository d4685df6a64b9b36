-- One question.
-- Index: snapshot_question_pkey. Locks: none.
SELECT id, source, table_name, key, courts, snapshot, asked_at, deadline, answer, entered_under, why, answered_by,
       answered_at, key_digest
FROM snapshot_question WHERE id = %(id)s
