-- The number of the next receipt, taken before its row is written so that the events can name it.
-- Index: none. Locks: none; a number left unused is a harmless gap.
SELECT nextval(pg_get_serial_sequence('receipt', 'id'))
