-- What court files (of one pack, or of all) say beside the tree, in the official order of each.
-- Index: none (a small table). Lock: none.
SELECT code, parent, name_zh, name_en, level, kind, status, basis
FROM court_entry
WHERE %(pack)s::text IS NULL OR pack = %(pack)s
ORDER BY pack, position
