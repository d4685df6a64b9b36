-- Writes what an act made of a matter, if it still stands as the act found it; the first act gives it its page.
-- Index: matter_pkey. Lock: the row.
UPDATE matter
SET state = %(after)s, claim = CASE WHEN %(let_go)s THEN NULL ELSE claim END,
    page = CASE WHEN page = 0 THEN %(page)s ELSE page END
WHERE id = %(id)s AND state = %(before)s
