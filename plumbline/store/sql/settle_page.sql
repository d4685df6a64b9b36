-- Bounds what a reader may know by T: waits for pages being closed, so that none closed by T can still appear.
-- Index: page_clock_pkey. Lock: the page clock in share mode, to the end of the (short) transaction.
SELECT number, closed_at FROM page_clock FOR SHARE
