-- Takes the one lock every page is closed under, in a statement of its own: the time is read only when it is held.
-- Index: page_clock_pkey. Lock: the page clock, to commit.
SELECT 1 FROM page_clock FOR UPDATE
