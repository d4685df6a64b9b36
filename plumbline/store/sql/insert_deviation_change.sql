-- Writes one change of one deviation.
-- Index: deviation_change_pkey. Lock: the new row.
INSERT INTO deviation_change (number, deviation, act, state, severity, court, at, day, page, hash, document, principal, why,
                              inputs)
VALUES (%(change)s, %(id)s, %(act)s, %(state)s, %(severity)s, %(court)s, %(at)s, %(day)s, %(page)s, %(hash)s, %(document)s,
        %(principal)s, %(why)s, %(inputs)s)
