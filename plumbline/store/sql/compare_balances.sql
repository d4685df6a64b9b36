-- Where a balance differs from the sum of the lines it stands for (day grain, then month grain).
-- Index: none (whole tables). Lock: none.
(SELECT 'day', account, court, category, day, b.value, p.value
 FROM balance_day b
 FULL JOIN (SELECT account, court, category, day, sum(value) AS value FROM posting GROUP BY 1, 2, 3, 4) p
     USING (account, court, category, day)
 WHERE coalesce(b.value, 0) <> coalesce(p.value, 0) LIMIT 50)
UNION ALL
(SELECT 'month', account, court, category, month, b.value, p.value
 FROM balance_month b
 FULL JOIN (
     SELECT account, court, category, date_trunc('month', day)::date AS month, sum(value) AS value
     FROM posting GROUP BY 1, 2, 3, 4
 ) p USING (account, court, category, month)
 WHERE coalesce(b.value, 0) <> coalesce(p.value, 0) LIMIT 50)
