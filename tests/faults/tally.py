"""Says at the end of a run how many of the planted faults were caught."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "planted-faults"


def pytest_configure(config: pytest.Config) -> None:
    """The summary is written by the process that owns the terminal."""
    if not hasattr(config, "workerinput") and not config.pluginmanager.has_plugin(NAME):
        config.pluginmanager.register(_Tally(), NAME)


class _Tally:
    """Gathers what the tests of this folder put into their reports, from whichever worker ran them."""

    def __init__(self) -> None:
        self.caught: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.caught.update(
                {name: str(by) for name, by in report.user_properties if name.startswith("planted: ")}
            )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.caught:
            found = [name for name, by in self.caught.items() if by != "nothing"]
            terminalreporter.write_line(f"planted faults caught: {len(found)} of {len(self.caught)}")
            for name, by in sorted(self.caught.items()):
                terminalreporter.write_line(f"  {name.removeprefix('planted: ')}: by {by}")
