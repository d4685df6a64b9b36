-- When each account was complete: from then on its version may be served. Without that moment, when it was published.
-- Index: account_pkey, generation_pkey; a small table. Lock: none.
SELECT a.id, coalesce(a.completed_at, g.made_at), a.generation
FROM account a
JOIN generation g ON g.number = a.generation
