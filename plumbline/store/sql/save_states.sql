-- Keeps each case as folded now, and what it has posted.
-- Index: case_state_pkey. Lock: the case's row (its court's desk is held).
INSERT INTO case_state AS s (home_court, subject, generation, facts, posted, events, sealed, page)
SELECT %(home_court)s, t.subject, %(generation)s, t.facts, t.posted, t.events, t.sealed, %(page)s
FROM unnest(%(subjects)b::text[], %(facts)b::jsonb[], %(posted)b::bytea[], %(events)b::int[], %(sealed)b::bool[])
    AS t (subject, facts, posted, events, sealed)
ON CONFLICT (home_court, subject) DO UPDATE SET
    generation = excluded.generation, facts = excluded.facts, posted = excluded.posted,
    events = excluded.events, sealed = excluded.sealed, page = excluded.page
