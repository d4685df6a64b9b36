-- Marks every case to which the refolded cases have ever stated a link: their books read these cases' events.
-- Index: case_link_from. Lock: none.
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT DISTINCT l.to_court, l.to_subject, 1, 'linked', c.reference
FROM unnest(%(subjects)b::text[], %(references)b::bigint[]) AS c (subject, reference)
JOIN case_link l ON l.from_court = %(home_court)s AND l.from_subject = c.subject
