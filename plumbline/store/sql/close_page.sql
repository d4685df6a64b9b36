-- Closes a page as the last act before commit: one lock for all pages, so commit order is page order.
-- Index: page_clock_pkey. Lock: the page clock, held already.
UPDATE page_clock
SET number = number + 1, closed_at = greatest(clock_timestamp(), closed_at + interval '1 microsecond')
RETURNING number, closed_at
