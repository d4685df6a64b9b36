-- One deviation with what its watch has in memory of it, locked for an act.
-- Index: deviation_pkey, watch_memory_pkey. Lock: both rows.
-- include read_deviation
FOR UPDATE OF d, m
