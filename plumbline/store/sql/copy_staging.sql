-- Fills the staging place in binary.
-- Index: none. Locks: none that others see.
COPY staged_event FROM STDIN (FORMAT BINARY)
