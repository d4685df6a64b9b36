-- Everything an answer can rest on, as marks that move when it moves: page, catalogue, tree, accounts, receipts.
-- Index: page_clock_pkey, generation_head_pkey, receipt_pkey; accounts are few. Lock: none.
SELECT p.number, p.closed_at, h.number, h.tree,
       (SELECT coalesce(max(id), 0) FROM receipt),
       (SELECT count(*) FROM account WHERE status = 'complete'),
       (SELECT count(*) FROM account WHERE status = 'retired')
FROM page_clock p CROSS JOIN generation_head h
