-- The matter somebody opened under a key, and the digest of what he asked then.
-- Index: matter_request. Lock: none.
SELECT id, digest FROM matter WHERE kind = %(kind)s AND opened_by = %(opened_by)s AND request = %(request)s
