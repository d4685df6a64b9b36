-- What a court's sources are kept as having declared, day by day.
-- Index: coverage_day_pkey. Lock: none (the court's desk is held).
SELECT source, day, type, declared FROM coverage_day WHERE court = %(court)s AND declared <> 0
