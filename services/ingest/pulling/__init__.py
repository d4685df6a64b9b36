"""Pulls feeds by HTTP: fetch a page, tell its events, push them, and only then move the cursor that ingest keeps."""
