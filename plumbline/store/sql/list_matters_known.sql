-- Matters of a kind that speak of some courts, oldest first, with those of their acts that were known on a page.
-- Index: matter_courts, matter_act_pkey. Lock: none.
SELECT m.id, m.kind, m.court, m.courts, m.about, m.period, m.detail, m.state, m.opened_by, m.page,
       (SELECT jsonb_agg(jsonb_build_array(a.act, a.principal, a.at, a.page, a.detail) ORDER BY a.number)
        FROM matter_act a WHERE a.matter = m.id AND a.page <= %(page)s)
FROM matter m
WHERE m.kind = %(kind)s AND m.courts && %(courts)s::text[] AND m.page <= %(page)s
  AND (%(period)s::text IS NULL OR m.period = %(period)s)
ORDER BY m.page
