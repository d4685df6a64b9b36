-- Facts of cases that concern some clocks: cases still open, or closed from a day on.
-- Index: case_state_pkey. Lock: none.
SELECT home_court, subject, sealed,
       (SELECT jsonb_object_agg(key, value) FROM jsonb_each(facts) WHERE key = ANY (%(keys)s::text[])) AS facts
FROM case_state
WHERE home_court = ANY (%(courts)s::text[])
  AND (facts -> %(closed)s::text IS NULL OR jsonb_typeof(facts -> %(closed)s::text) <> 'number'
       OR (facts ->> %(closed)s::text)::int >= %(closed_from)s)
  AND facts ?| %(limits)s::text[]
