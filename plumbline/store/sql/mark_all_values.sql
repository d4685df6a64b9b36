-- Marks every cell of the books, each month from a series' first to the last that has lines or has begun: a flow's months
-- stand alone, and one without any line was valued when it opened.
-- Index: none (whole table). Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT series.account, series.court, series.category, month::date, 0
FROM (
    SELECT account, court, category, min(month) AS first, max(month) AS last FROM balance_month
    GROUP BY account, court, category
) AS series
CROSS JOIN generate_series(series.first, greatest(series.last, (SELECT max(day) FROM midnight)), interval '1 month') AS month
