-- The code maps and the codes of causes of every pack in the books that is in force on a day, older editions first.
-- Index: none; a small table. Locks: none.
SELECT id, document -> 'code_maps', jsonb_path_query_array(document, '$.causes[*].id')
FROM pack
WHERE retired_at IS NULL AND in_force_from <= %(day)s
ORDER BY in_force_from, published_at
