-- The scorecard of an acceptance, whole.
-- Index: frozen_card_pkey. Lock: the new row.
INSERT INTO frozen_card (acceptance, card, digest, page, known_at)
VALUES (%(acceptance)s, %(card)s, %(digest)s, %(page)s, %(known_at)s)
