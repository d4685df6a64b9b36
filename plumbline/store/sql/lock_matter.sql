-- Holds a matter until the act on it commits: two deciders come one after the other.
-- Index: matter_pkey. Lock: the row, FOR UPDATE.
SELECT 1 FROM matter WHERE id = %(id)s AND kind = %(kind)s FOR UPDATE
