-- One writer at a time for a table of a source: its batches, its close, and the answers about its rows.
-- Index: none. Locks: an advisory one of the table's name, to the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('snapshot:' || %(source)s || ':' || %(table)s, 0))
