-- How many cases net to something over days, and how many of them rest on an event that was entered by hand: a standing
-- one of some types, of the case itself, of a case linked to it by a role or of one that names a key of it, received by a moment.
-- Index: posting_ledger, page_pkey, event_case, case_link_to, case_link_from, case_link_key, event_family, receipt_pkey. Lock: none.
WITH carried AS (
-- include find_carried
), net AS (
    SELECT p.home_court, p.subject
    FROM posting p
    JOIN page g ON g.id = p.page
    LEFT JOIN carried c ON c.home_court = p.home_court AND c.subject = p.subject AND c.court = p.court
      AND coalesce(%(carried_on)s::date, p.day) >= c.since AND coalesce(%(carried_on)s::date, p.day) < c.until
    WHERE p.account = %(account)s AND p.court = ANY (%(courts)s::text[]) AND p.day >= %(first)s AND p.day < %(until)s
      AND g.number <= %(page)s
      AND (%(tag)s::int IS NULL OR c.subject IS NOT NULL)
      AND (%(category)s::text IS NULL OR p.category = %(category)s) AND (%(cause)s::text[] IS NULL OR p.cause = ANY (%(cause)s::text[]))
    GROUP BY p.home_court, p.subject
    HAVING sum(p.value) <> 0
), touched AS (
    SELECT n.home_court, n.subject, n.home_court AS place, n.subject AS told FROM net n
    UNION ALL
    SELECT n.home_court, n.subject, l.from_court, l.from_subject
    FROM net n
    CROSS JOIN LATERAL (
        SELECT from_court, from_subject FROM case_link
        WHERE case_link.to_court = n.home_court AND case_link.to_subject = n.subject AND case_link.role = %(role)s::text OFFSET 0
    ) l
    WHERE %(role)s::text IS NOT NULL
    UNION ALL
    SELECT n.home_court, n.subject, other.from_court, other.from_subject
    FROM net n
    JOIN case_link mine ON mine.from_court = n.home_court AND mine.from_subject = n.subject
      AND mine.to_court = '' AND mine.role = %(role)s::text
    CROSS JOIN LATERAL (
        SELECT DISTINCT from_court, from_subject FROM case_link
        WHERE case_link.to_court = '' AND case_link.to_subject = mine.to_subject OFFSET 0
    ) other
    WHERE NOT EXISTS (SELECT 1 FROM crowded_key c WHERE c.key = mine.to_subject)
      AND (other.from_court, other.from_subject) <> (n.home_court, n.subject)
), typed AS (
    SELECT DISTINCT t.home_court, t.subject
    FROM touched t
    CROSS JOIN LATERAL (
        SELECT source, event_id, replaces, revision, receipt FROM event
        WHERE event.home_court = t.place AND event.subject = t.told AND event.by_hand AND event.type = ANY (%(types)s::text[]) OFFSET 0
    ) e
    WHERE (%(moment)s::timestamptz IS NULL OR EXISTS (
            SELECT 1 FROM receipt r WHERE r.id = e.receipt AND r.received_at <= %(moment)s))
      AND NOT EXISTS (
            SELECT 1 FROM event later
            WHERE later.source = e.source AND later.replaces = coalesce(e.replaces, e.event_id)
              AND (later.revision > e.revision
                   OR later.revision = e.revision AND later.event_id COLLATE "C" > e.event_id COLLATE "C")
              AND (%(moment)s::timestamptz IS NULL OR EXISTS (
                    SELECT 1 FROM receipt r WHERE r.id = later.receipt AND r.received_at <= %(moment)s)))
)
SELECT (SELECT count(*) FROM net), (SELECT count(*) FROM typed)
