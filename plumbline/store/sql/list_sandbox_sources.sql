-- Which of some sources are sandboxes.
-- Index: source_pkey. Locks: none.
SELECT id FROM source WHERE id = ANY (%(sources)s::text[]) AND (settings->>'sandbox')::boolean
