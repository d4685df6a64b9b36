-- Strikes one paper and writes every paper of the ballot anew, so that no row tells which was struck last.
-- Index: ballot_paper_pkey. Lock: all papers of the ballot.
UPDATE ballot_paper SET used = used OR digest = %(digest)s WHERE ballot = %(ballot)s
