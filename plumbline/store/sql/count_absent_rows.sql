-- How many rows earlier whole tables held, and how many of them a sending lacked.
-- Index: snapshot_row_pkey, the rows of one table. Locks: none.
SELECT count(*), count(*) FILTER (WHERE last_full < %(sending)s)
FROM snapshot_row
WHERE source = %(source)s AND table_name = %(table)s AND standing = 'in' AND first_full < %(sending)s
