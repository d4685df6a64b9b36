-- A test owed to one subscription. Index: outbox_message. Lock: the new row.
INSERT INTO outbox (message, subscription, state, attempts, token)
VALUES (gen_random_uuid(), %(subscription)s, 'waiting', 0, 0)
RETURNING message
