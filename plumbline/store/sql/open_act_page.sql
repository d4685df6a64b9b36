-- A page without postings: the place of one act of supervision in what is known when.
-- Index: page_pkey. Lock: the new row.
INSERT INTO page (home_court, cause, generation, cases)
SELECT %(court)s, 'supervision', number, 0 FROM generation_head
RETURNING id
