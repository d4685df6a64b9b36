-- Appends events one by one; a key that is already there is left as it is and not returned.
-- Index: event_pkey (unique). Locks: the new rows; waits for a transaction that is writing the same key.
INSERT INTO event (source, event_id, type, home_court, subject, occurred_at, sequence, replaces, revision, recorded_at,
                   by_hand, data, digest, receipt)
SELECT source, event_id, type, home_court, subject,
       timestamptz '2000-01-01 00:00+00' + occurred_us * interval '1 microsecond', sequence, replaces, revision,
       timestamptz '2000-01-01 00:00+00' + recorded_us * interval '1 microsecond', by_hand,
       convert_from(data, 'UTF8')::jsonb, digest, %(receipt)s
FROM unnest(
    %(source)s::text[], %(event_id)s::text[], %(type)s::text[], %(home_court)s::text[], %(subject)s::text[],
    %(occurred_us)s::bigint[], %(sequence)s::bigint[], %(replaces)s::text[], %(revision)s::bigint[],
    %(recorded_us)s::bigint[], %(by_hand)s::boolean[], %(data)s::bytea[], %(digest)s::bytea[]
) AS handed (source, event_id, type, home_court, subject, occurred_us, sequence, replaces, revision, recorded_us,
             by_hand, data, digest)
ON CONFLICT (source, event_id) DO NOTHING
RETURNING source, event_id
