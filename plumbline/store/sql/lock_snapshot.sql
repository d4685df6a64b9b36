-- The same, held: batches of one snapshot, its close and its answers come one after the other.
-- Index: snapshot_pkey. Locks: the row, to the end of the transaction.
-- include read_snapshot
FOR UPDATE
