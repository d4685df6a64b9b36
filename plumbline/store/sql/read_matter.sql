-- One matter with its acts in their order.
-- Index: matter_pkey, matter_act_pkey. Lock: none.
SELECT m.id, m.kind, m.court, m.courts, m.about, m.period, m.detail, m.state, m.opened_by, m.page,
       (SELECT jsonb_agg(jsonb_build_array(a.act, a.principal, a.at, a.page, a.detail) ORDER BY a.number)
        FROM matter_act a WHERE a.matter = m.id)
FROM matter m
WHERE m.id = %(id)s AND m.kind = %(kind)s
