-- Keeps what an Alertmanager was told, until it ends. Index: standing_alert_pkey. Lock: the row.
INSERT INTO standing_alert (subscription, deviation, notice, alert)
VALUES (%(subscription)s, %(deviation)s, %(notice)s, %(alert)s)
ON CONFLICT (subscription, deviation) DO UPDATE SET notice = excluded.notice, alert = excluded.alert
