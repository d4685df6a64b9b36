-- One line of the calendar, in the place of what stood for its day.
-- Index: working_day_pkey. Locks: its row.
INSERT INTO working_day (day, working, status, note) VALUES (%s, %s, %s, %s)
ON CONFLICT (day) DO UPDATE SET working = excluded.working, status = excluded.status, note = excluded.note
