-- Keeps what a watch must know of its objects at its next look.
-- Index: watch_memory_pkey. Lock: the rows written.
INSERT INTO watch_memory (watch, court, object, memory, day)
SELECT %(watch)s, court, object, memory::jsonb, %(day)s
FROM unnest(%(courts)s::text[], %(objects)s::text[], %(memories)s::text[]) AS given (court, object, memory)
ON CONFLICT (watch, court, object) DO UPDATE SET memory = excluded.memory, day = excluded.day
