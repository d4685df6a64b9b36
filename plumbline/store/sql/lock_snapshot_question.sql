-- One question, held.
-- Index: snapshot_question_pkey. Locks: the row, to the end of the transaction.
-- include read_snapshot_question
FOR UPDATE
