-- By source, what it has sent of some courts (NULL: of all): how many events, the last one's time, the last receipt.
-- Index: event_case for some courts; the whole journal for all. Lock: none.
SELECT f.source, f.events, f.last_event_at, r.received_at
FROM (
    SELECT source, count(*) AS events, max(occurred_at) AS last_event_at, max(receipt) AS receipt
    FROM event
    WHERE %(courts)s::text[] IS NULL OR home_court = ANY (%(courts)s::text[])
    GROUP BY source
) f
LEFT JOIN receipt r ON r.id = f.receipt
