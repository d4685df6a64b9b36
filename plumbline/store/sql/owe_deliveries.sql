-- One delivery to each subscription that asked for this, and to each that was told of the deviation before, whatever it
-- asks for now: who heard that it began hears that it ended. Paused ones are owed too, disabled ones only what they heard of.
-- Index: court_pkey, outbox_deviation. Lock: the new rows.
WITH RECURSIVE above (code) AS (
    SELECT %(court)s::text
    UNION
    SELECT p.parent
    FROM above a
    CROSS JOIN LATERAL (
        SELECT c.parent FROM court c
        WHERE c.code = a.code AND c.known_until IS NULL AND c.valid_from <= %(day)s
        ORDER BY c.valid_from DESC LIMIT 1
    ) p
    WHERE p.parent IS NOT NULL
)
INSERT INTO outbox (message, subscription, notice, deviation, state, attempts, token)
SELECT gen_random_uuid(), s.id, %(number)s, %(deviation)s, 'waiting', 0, 0
FROM subscription s
WHERE (
        s.state <> 'disabled'
        AND (
            '*' = ANY (s.courts)
            OR s.courts && %(courts)s::text[]
            OR (s.scope = 'all' AND s.courts && ARRAY(SELECT code FROM above))
        )
        AND array_position(%(order)s::text[], s.least) <= array_position(%(order)s::text[], %(severity)s)
        AND (s.kinds = '{}' OR %(kind)s = ANY (s.kinds))
    )
    OR EXISTS (SELECT 1 FROM outbox o WHERE o.subscription = s.id AND o.deviation = %(deviation)s)
