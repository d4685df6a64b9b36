"""Feeds that invent case events: the same for a seed, each event marked as invented; no network, no clock."""
