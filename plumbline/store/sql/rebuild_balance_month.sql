-- Sums the ledger by month.
-- Index: none (whole table). Lock: the new rows.
INSERT INTO balance_month (account, court, category, month, value)
SELECT account, court, category, date_trunc('month', day)::date, sum(value)
FROM posting
GROUP BY account, court, category, date_trunc('month', day)::date
