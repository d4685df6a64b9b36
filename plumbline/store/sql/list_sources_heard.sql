-- When each source last said anything of any court, as known on a page: its newest arrival that was in the books by then.
-- Index: source_pkey, coverage_line_heard backwards, page_pkey. Lock: none.
SELECT s.id, l.received_at
FROM source s
CROSS JOIN LATERAL (
    SELECT c.received_at
    FROM coverage_line c
    LEFT JOIN page g ON g.id = c.page
    WHERE c.source = s.id AND c.received_at IS NOT NULL AND (c.page = 0 OR g.number <= %(page)s)
    ORDER BY c.received_at DESC
    LIMIT 1
) l
