-- Marks every series of the books from its first month: what is served has changed.
-- Index: none (whole table). Lock: none.
INSERT INTO dirty_value (account, court, category, month, page)
SELECT account, court, category, min(month), 0 FROM balance_month GROUP BY account, court, category
