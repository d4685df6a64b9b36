"""Ratios measured side by side in one run: what the stages cost beside the least they could cost on this
machine."""
