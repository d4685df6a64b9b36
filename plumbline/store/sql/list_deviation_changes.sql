-- Every change of one deviation, in their order.
-- Index: deviation_change_of. Lock: none.
SELECT number, act, state, severity, at, day, page, hash, document, principal, why, inputs
FROM deviation_change
WHERE deviation = %(id)s
ORDER BY number
