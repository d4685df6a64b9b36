-- Whether a paper of a ballot is struck; its matter is locked, so nobody strikes it meanwhile.
-- Index: ballot_paper_pkey. Lock: none.
SELECT used FROM ballot_paper WHERE ballot = %(ballot)s AND digest = %(digest)s
