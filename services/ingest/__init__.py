"""The ingest service: takes events in, keeps what it refuses, and answers only when the disk has them."""
