-- Takes a court's most urgent, oldest marks. The caller holds the court's desk, so no one else takes them.
-- Index: dirty_case_desk. Lock: the marks taken.
DELETE FROM dirty_case
WHERE id IN (
    SELECT id FROM dirty_case WHERE home_court = %(home_court)s ORDER BY priority, id LIMIT %(most)s
)
RETURNING subject, cause, reference
