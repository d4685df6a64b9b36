-- Why pages refolded cases: the cause, the receipts of the marks, the generation.
-- Index: page_number, page_case_pkey. Lock: none.
SELECT c.subject, g.number, g.closed_at, g.generation, c.cause, c.receipts
FROM unnest(%(pages)s::bigint[], %(subjects)s::text[]) AS wanted (number, subject)
JOIN page g ON g.number = wanted.number
JOIN page_case c ON c.page = g.id AND c.subject = wanted.subject
ORDER BY g.number
