-- Takes every mark about coverage from a month on. One valuer at a time (advisory lock).
-- Index: none (few marks wait when these are taken). Lock: the marks taken.
DELETE FROM dirty_value WHERE account = 0 AND month >= %(since)s RETURNING court, month
