-- Opens a matter, unless its opener has opened it already under the same key.
-- Index: matter_request, matter_claim. Lock: the new row; waits for another that claims the same.
INSERT INTO matter (id, kind, court, courts, about, period, detail, state, claim, opened_by, request, digest, page)
VALUES (%(id)s, %(kind)s, %(court)s, %(courts)s, %(about)s, %(period)s, %(detail)s, %(state)s, %(claim)s,
        %(opened_by)s, %(request)s, %(digest)s, 0)
ON CONFLICT (kind, opened_by, request) DO NOTHING
