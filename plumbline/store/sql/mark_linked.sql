-- Marks every case to which the refolded cases have ever stated a link: their books read these cases' events.
-- A key that is no case (a dispute), or a case of a court we do not know, has no books.
-- Index: case_link_from. Lock: none.
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT DISTINCT l.to_court, l.to_subject, 1, 'linked', c.reference
FROM unnest(%(subjects)b::text[], %(references)b::bigint[]) AS c (subject, reference)
JOIN case_link l ON l.from_court = %(home_court)s AND l.from_subject = c.subject
JOIN court_desk d ON d.home_court = l.to_court
