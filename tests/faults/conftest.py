"""Counts the planted faults also when only this folder is run."""

from tests.faults.tally import pytest_configure

__all__ = ["pytest_configure"]
