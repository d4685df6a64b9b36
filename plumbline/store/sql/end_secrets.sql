-- Lets the newest secret hold a while longer beside the next, and those before it no more.
-- Index: subscription_secret_pkey. Lock: the rows.
UPDATE subscription_secret SET ends_at = CASE
    WHEN ends_at IS NULL THEN clock_timestamp() + %(overlap_s)s * interval '1 second'
    ELSE least(ends_at, clock_timestamp()) END
WHERE subscription = %(subscription)s
