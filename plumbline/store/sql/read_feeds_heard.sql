-- When each source last said anything of each court, as far as it is in the books.
-- Index: none (a row a court and source). Lock: none.
SELECT court, source, last_received_at FROM feed_heard ORDER BY court, source
