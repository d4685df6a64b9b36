"""Ratios measured side by side in one run: what the stages cost beside the least they could cost on this
machine."""

import plumbline

__all__ = ["plumbline"]  # read first: it keeps numpy to one thread, as the services have it
