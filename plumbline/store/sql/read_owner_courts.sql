-- What a principal may see now, by every token that holds and has one of the roles. Index: tokens are few. Lock: none.
SELECT DISTINCT c.code
FROM token t
CROSS JOIN LATERAL unnest(t.courts) AS c (code)
WHERE t.principal = %(owner)s AND t.role = ANY (%(roles)s::text[]) AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
