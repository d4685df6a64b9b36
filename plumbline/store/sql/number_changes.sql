-- The last of the next numbers of changes, held to commit: the order of numbers is the order of commits.
-- Index: deviation_clock_pkey. Lock: the one row, to commit.
UPDATE deviation_clock SET number = number + %(count)s WHERE "only" RETURNING number
