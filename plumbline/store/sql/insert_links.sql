-- The links stated by new events; which of them count is for the fold to say.
-- Index: case_link_pkey. Locks: the new rows.
INSERT INTO case_link (source, event_id, role, from_court, from_subject, to_court, to_subject)
SELECT * FROM unnest(
    %(source)s::text[], %(event_id)s::text[], %(role)s::text[], %(from_court)s::text[], %(from_subject)s::text[],
    %(to_court)s::text[], %(to_subject)s::text[]
)
ON CONFLICT (source, event_id, role, to_subject) DO NOTHING
