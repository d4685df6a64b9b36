-- A new subscription. Index: subscription_pkey. Lock: the new row.
INSERT INTO subscription
    (id, title, kind, address, courts, scope, least, kinds, language, heartbeat_s, owner, state, token, failing)
VALUES (%(id)s, %(title)s, %(kind)s, %(address)s, %(courts)s, %(scope)s, %(least)s, %(kinds)s, %(language)s,
        %(heartbeat_s)s, %(owner)s, 'active', 0, 0)
