-- The lines of the calendar between two days.
-- Index: working_day_pkey. Locks: none.
SELECT day, working, status, note FROM working_day WHERE day >= %(first)s AND day < %(until)s ORDER BY day
