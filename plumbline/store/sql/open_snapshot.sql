-- Begins a snapshot of a table; none where one of it is open already.
-- Index: snapshot_open (unique). Locks: the new row; waits for another that opens the same table.
INSERT INTO snapshot (source, table_name, taken_at, partial, state, reason, sending, deadline_days, gone_percent,
                      rows_expected, received, counts, opened_by, begun_at)
VALUES (%(source)s, %(table)s, %(taken_at)s, %(partial)s, 'open', '', nextval('snapshot_sending'), %(days)s,
        %(percent)s, %(expected)s, '{}', '{}', %(who)s, %(now)s)
ON CONFLICT (source, table_name) WHERE state = 'open' DO NOTHING
RETURNING id
