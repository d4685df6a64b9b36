-- One act, as the next of its matter.
-- Index: matter_act_pkey, matter_act_page. Lock: the new row.
INSERT INTO matter_act (matter, number, act, principal, at, page, detail)
VALUES (%(matter)s, %(number)s, %(act)s, %(principal)s, %(at)s, %(page)s, %(detail)s)
