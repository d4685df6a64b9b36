-- Calls an account complete once no mark of the generation that opened it waits.
-- Index: none (few accounts fill at a time). Lock: the account rows that change.
UPDATE account a SET status = 'complete', completed_at = clock_timestamp()
WHERE a.status = 'filling'
  AND NOT EXISTS (SELECT 1 FROM dirty_case m WHERE m.cause = 'definition' AND m.reference = a.generation)
RETURNING a.id
