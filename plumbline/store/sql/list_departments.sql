-- The departments of some courts, by court and code.
-- Index: department_pkey. Lock: none.
SELECT court, code, title_zh, title_en FROM department
WHERE court = ANY (%(courts)s::text[])
ORDER BY court COLLATE "C", code COLLATE "C"
