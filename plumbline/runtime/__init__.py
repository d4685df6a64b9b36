"""What a process needs around the domain: settings, PostgreSQL, logs, metrics, loops."""
