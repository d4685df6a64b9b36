-- What an Alertmanager holds, with what is kept of each change, a bounded part of it. Index: standing_alert_pkey. Lock: none.
SELECT a.deviation, a.alert, n.body
FROM standing_alert a
LEFT JOIN notice n ON n.number = a.notice
WHERE a.subscription = %(subscription)s AND a.deviation > %(after)s
ORDER BY a.deviation LIMIT %(most)s
