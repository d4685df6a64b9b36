"""`plumbline catalog check`: good packs are said to be good, with what is worth saying beside it."""

from __future__ import annotations

from typer.testing import CliRunner

from services.commands import catalog


def test_a_check_warns_of_items_that_nobody_can_fill() -> None:
    found = CliRunner().invoke(catalog.app, ["check", "yanbian-2019", "court-core"])
    assert found.exit_code == 0
    said = found.output.splitlines()
    assert said[0].startswith("yanbian-2019 1: good.")
    assert "3 rule books" in said[0]
    warnings = [line for line in said if line.startswith("warning: ")]
    assert any("no target for acceptance_rate" in line for line in warnings)
    assert any("吉24 can reach at most 4.09 of 6 points" in line for line in warnings)
    assert said[-1].startswith("court-core ")
