-- The closed days of some courts by month and type.
-- Index: coverage_month_pkey. Lock: none.
SELECT month, type, sum(declared)::bigint, sum(received)::bigint, sum(surplus)::bigint, sum(unclosed)::bigint
FROM coverage_month
WHERE court = ANY (%(courts)s::text[])
GROUP BY month, type
