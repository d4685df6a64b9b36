"""The embedded stack: PostgreSQL, migrations, the three services and the demo feed, from one command."""
