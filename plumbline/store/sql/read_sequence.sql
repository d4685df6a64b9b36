-- The numbers of a source's records: the lowest, the highest, how many different ones, how many gaps lie between them
-- and how many numbers those leave out, with the first gaps (after which number, before which).
-- Index: event_sequence alone. Locks: none.
WITH numbered AS (
    SELECT DISTINCT sequence FROM event WHERE source = %(source)s AND sequence IS NOT NULL
), stepped AS (
    SELECT sequence, lead(sequence) OVER (ORDER BY sequence) AS following FROM numbered
), gap AS (
    SELECT sequence + 1 AS first, following - 1 AS last FROM stepped WHERE following > sequence + 1
)
SELECT (SELECT min(sequence) FROM numbered),
       (SELECT max(sequence) FROM numbered),
       (SELECT count(*) FROM numbered),
       (SELECT count(*) FROM gap),
       (SELECT coalesce(sum(last - first + 1), 0)::text FROM gap),
       (SELECT coalesce(array_agg(ARRAY[g.first, g.last] ORDER BY g.first), '{}')
        FROM (SELECT first, last FROM gap ORDER BY first LIMIT %(shown)s) g)
