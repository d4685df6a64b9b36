-- The alert an Alertmanager holds of one deviation. Index: standing_alert_pkey. Lock: none.
SELECT alert FROM standing_alert WHERE subscription = %(subscription)s AND deviation = %(deviation)s
