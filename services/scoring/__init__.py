"""Scoring: fold what changed into the books, value what the books touched. Two loops of one shape."""
