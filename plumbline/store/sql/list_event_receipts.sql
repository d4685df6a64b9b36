-- When some events became known.
-- Index: event_pkey, receipt_pkey, one probe each. Lock: none.
SELECT e.source, e.event_id, r.id, r.received_at
FROM unnest(%(sources)s::text[], %(ids)s::text[]) AS wanted (source, event_id)
JOIN event e ON e.source = wanted.source AND e.event_id = wanted.event_id
JOIN receipt r ON r.id = e.receipt
