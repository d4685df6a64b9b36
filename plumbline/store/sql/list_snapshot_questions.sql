-- Questions newest first, below an id: of sources that are fed, or about courts that are seen (NULL: all), by state.
-- Index: snapshot_question_pkey, backwards, or snapshot_question_source. Locks: none.
SELECT id, source, table_name, key, courts, snapshot, asked_at, deadline, answer, entered_under, why, answered_by,
       answered_at, key_digest
FROM snapshot_question
WHERE id < %(before)s
  AND (%(every)s OR source = ANY (%(sources)s::text[]) OR (courts <> '{}' AND courts <@ %(courts)s::text[]))
  AND (%(source)s::text IS NULL OR source = %(source)s)
  AND CASE %(state)s::text
          WHEN 'open' THEN answer IS NULL AND deadline >= %(now)s
          WHEN 'overdue' THEN answer IS NULL AND deadline < %(now)s
          WHEN 'answered' THEN answer IS NOT NULL
          ELSE true
      END
ORDER BY id DESC LIMIT %(limit)s
