-- Sums the ledger by day.
-- Index: none (whole table). Lock: the new rows.
INSERT INTO balance_day (account, court, category, day, value)
SELECT account, court, category, day, sum(value) FROM posting GROUP BY account, court, category, day
