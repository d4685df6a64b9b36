-- Opens a question for each row earlier whole tables held and a sending lacked.
-- Index: snapshot_row_pkey, the rows of one table; snapshot_question_open (unique). Locks: those rows.
WITH gone AS (
    UPDATE snapshot_row SET standing = 'asked'
    WHERE source = %(source)s AND table_name = %(table)s AND standing = 'in' AND last_full < %(sending)s
    RETURNING key_digest, key, courts
)
INSERT INTO snapshot_question (source, table_name, key_digest, key, courts, snapshot, asked_at, deadline)
SELECT %(source)s, %(table)s, key_digest, key, courts, %(snapshot)s, %(now)s, %(deadline)s FROM gone ORDER BY key
ON CONFLICT (source, table_name, key_digest) WHERE answer IS NULL DO NOTHING
