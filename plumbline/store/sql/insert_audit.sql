-- One line of who did what.
-- Index: audit_pkey. Locks: the new row.
INSERT INTO audit (principal, act, object, detail) VALUES (%(principal)s, %(act)s, %(object)s, %(detail)s)
