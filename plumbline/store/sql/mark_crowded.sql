-- Marks every case that ever named a key, once, when the key is found to be named by too many: none follows it any more.
-- Index: case_link_key. Locks: the new rows.
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT DISTINCT from_court, from_subject, 1, 'linked', %(reference)s::bigint
FROM case_link WHERE to_court = '' AND to_subject = ANY (%(keys)s::text[])
