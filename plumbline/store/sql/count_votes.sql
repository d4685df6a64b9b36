-- How many papers of a ballot are struck, and how many there are.
-- Index: ballot_paper_pkey. Lock: none.
SELECT count(*) FILTER (WHERE used), count(*) FROM ballot_paper WHERE ballot = %(ballot)s
