-- Owes a dead delivery again, from the beginning. Index: outbox_message. Lock: the row.
UPDATE outbox SET state = 'waiting', attempts = 0, next_at = clock_timestamp(), done_at = NULL
WHERE message = %(message)s AND state = 'dead'
