-- Marks the months of a court in which the counts of a closed day moved: the coverage of their cells must be reckoned anew.
-- Account 0 is no account: such a mark is about coverage alone. Append-only.
-- Index: coverage_day_closed. Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT DISTINCT 0, %(court)s, 'all', date_trunc('month', l.day)::date, %(page)s
FROM unnest(%(days)s::date[], %(types)s::text[]) AS l (day, type)
WHERE l.type = '' OR EXISTS (
    SELECT FROM coverage_day c WHERE c.court = %(court)s AND c.day = l.day AND c.type = '' AND c.declared > 0
)
