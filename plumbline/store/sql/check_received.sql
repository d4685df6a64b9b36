-- Whether exactly the rows 1 to a number were received, and which are missing or too many.
-- Index: snapshot_pkey. Locks: none.
SELECT (int8multirange(int8range(1, %(rows)s + 1)) - received)::text,
       (received - int8multirange(int8range(1, %(rows)s + 1)))::text
FROM snapshot WHERE id = %(id)s
