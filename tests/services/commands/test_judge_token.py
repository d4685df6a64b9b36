"""`plumbline token create --role judge`: one court, one key, and a list that never shows a secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plumbline import errors
from plumbline.store import courts, engine
from services import command
from tests.keeper import TREE


@pytest.fixture
def desk(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", database)
    monkeypatch.setenv("PLUMBLINE_STATE", str(tmp_path))
    with engine.single(database, name="furnish", statement_timeout_ms=30_000) as connection:
        courts.load_courts(connection, TREE, pack="test")
    return database


def run(*words: str) -> Result:
    return CliRunner().invoke(command.line_for(["token"]), ["token", *words])


def test_a_judges_token_is_made_for_one_court_and_listed_without_its_secret(desk: str) -> None:
    made = run("create", "王某", "--role", "judge", "--court", "示2401", "--person", "J-0412")
    assert made.exit_code == 0, made.output
    secret = made.output.split("\n")[0].rpartition("_")[2]
    (line,) = run("list").output.strip().split("\n")
    assert line.split("\t")[1:4] == ["王某", "judge", "示2401"]
    assert line.endswith("holds\tJ-0412")
    assert secret not in line
    other = run("create", "读者", "--courts", "示24")
    assert other.exit_code == 0
    assert run("list").output.strip().split("\n")[1].endswith("holds\t-")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--role", "judge", "--court", "示2401"), "key he bears"),
        (("--role", "judge", "--court", "示2401", "--person", "王某"), "key he bears"),
        (("--role", "judge", "--court", "示2401,示2402", "--person", "J-1"), "exactly one court"),
        (("--role", "judge", "--court", "*", "--person", "J-1"), "exactly one court"),
        (("--role", "judge", "--person", "J-1"), "exactly one court"),
        (("--role", "judge", "--court", "示9999", "--person", "J-1"), "no court"),
        (("--role", "reader", "--court", "示2401", "--person", "J-1"), "no single person"),
    ],
)
def test_what_is_no_judges_token_is_refused(desk: str, words: tuple[str, ...], said: str) -> None:
    done = run("create", "王某", *words)
    assert isinstance(done.exception, errors.BadInput)
    assert said in done.exception.what
    assert done.exception.next
    assert run("list").output.strip() == ""
