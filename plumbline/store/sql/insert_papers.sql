-- The papers of a new ballot, by their digests in the order of the digests: nothing of the order they are handed out in.
-- Index: ballot_paper_pkey. Lock: the new rows.
INSERT INTO ballot_paper (ballot, digest, used)
SELECT %(ballot)s, digest, false FROM unnest(%(digests)s::bytea[]) AS digest ORDER BY digest
