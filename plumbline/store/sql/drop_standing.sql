-- Forgets what an Alertmanager was told, since it ended. Index: standing_alert_pkey. Lock: the row.
DELETE FROM standing_alert WHERE subscription = %(subscription)s AND deviation = %(deviation)s
