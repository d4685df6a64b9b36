-- Matters of a kind that speak of some courts, newest first, with their acts.
-- Index: matter_page, matter_courts, matter_act_pkey. Lock: none.
SELECT m.id, m.kind, m.court, m.courts, m.about, m.period, m.detail, m.state, m.opened_by, m.page,
       (SELECT jsonb_agg(jsonb_build_array(a.act, a.principal, a.at, a.page, a.detail) ORDER BY a.number)
        FROM matter_act a WHERE a.matter = m.id)
FROM matter m
WHERE m.kind = %(kind)s AND m.courts && %(courts)s::text[] AND m.page < %(before)s
  AND (%(state)s::text IS NULL OR m.state = %(state)s)
ORDER BY m.page DESC
LIMIT %(limit)s
