-- The frozen scorecard of a book, court and period, with the page of the act that froze it; on pages up to one.
-- Index: matter_courts, frozen_card_pkey, matter_act_pkey. Lock: none.
SELECT f.acceptance, f.card, f.digest, f.page, f.known_at, a.at, a.page, d.detail ->> 'document'
FROM matter m
JOIN frozen_card f ON f.acceptance = m.id
JOIN matter_act a ON a.matter = m.id AND a.act = 'freeze'
JOIN matter_act d ON d.matter = m.id AND d.act = 'decide'
WHERE m.kind = 'acceptance' AND m.about = %(book)s AND m.courts && ARRAY[%(court)s] AND m.period = %(period)s
  AND (%(page)s::bigint IS NULL OR a.page <= %(page)s)
