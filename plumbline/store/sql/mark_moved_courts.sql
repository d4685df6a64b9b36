-- Marks, in every court that stood or stands above one with lines, each month of that court's series: its sums have moved.
-- Index: none (whole table). Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT DISTINCT series.account, moved.place, series.category, month::date, 0
FROM (
    SELECT account, court, category, min(month) AS first, max(month) AS last FROM balance_month
    GROUP BY account, court, category
) AS series
JOIN unnest(%(courts)s::text[], %(places)s::text[]) AS moved (court, place) ON moved.court = series.court
CROSS JOIN generate_series(series.first, greatest(series.last, (SELECT max(day) FROM midnight)), interval '1 month') AS month
