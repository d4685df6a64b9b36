"""Every spec: the figures worked by hand are those of the fold, of the referee and of the whole store."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plumbline.store import engine, workdays
from tests.conftest import copied
from tests.keeper import DEFINITIONS, Keeper
from tests.referee import packs
from tests.referee.notation import Spec
from tests.spec import points, routes

SPECS = routes.specs()
every_spec = pytest.mark.parametrize("spec", SPECS, ids=[spec.name for spec in SPECS])


@pytest.fixture(scope="module")
def keepers(server_dsn: str, template: str) -> Iterator[Callable[[str], Keeper]]:
    """A keeper for each pack, each with a database of its own; its books are emptied before it is handed
    out."""
    with contextlib.ExitStack() as stack:
        known: dict[str, Keeper] = {}

        def keeper_of(pack: str) -> Keeper:
            if pack not in known:
                dsn = stack.enter_context(copied(server_dsn, template))
                known[pack] = Keeper(dsn, [routes.pack_of(pack)], sources=("court", "other"))
                with engine.transaction(known[pack].pool) as connection:
                    workdays.load_workdays(connection, routes.working_days())
                stack.callback(known[pack].close)
            known[pack].empty()
            return known[pack]

        yield keeper_of


def check(spec: Spec, ask: routes.Asking) -> None:
    """Every question of a spec has its expected figure."""
    wrong = [
        f"{question.line}\n    but: {figure}"
        for question in spec.questions
        if not (figure := ask(question)).answers(question, routes.unit_of(question, spec.pack))
    ]
    assert not wrong, "\n".join(wrong)


def check_points(spec: Spec, ask: points.Asking) -> None:
    """Every fact of a case that a spec asks for is as expected."""
    wrong = [
        f"{point.line}\n    but: {found}" for point in spec.points if (found := ask(point)) != point.expected
    ]
    assert not wrong, "\n".join(wrong)


@every_spec
def test_the_referee_gives_the_figures_worked_by_hand(spec: Spec) -> None:
    check(spec, routes.by_referee(spec))
    check_points(spec, points.by_referee(spec))


@every_spec
def test_the_fold_gives_the_figures_worked_by_hand(spec: Spec) -> None:
    check(spec, routes.by_fold(spec))
    check_points(spec, points.by_fold(spec))


@every_spec
def test_the_store_gives_the_figures_worked_by_hand(spec: Spec, keepers: Callable[[str], Keeper]) -> None:
    kept = keepers(spec.pack)
    check(spec, routes.by_store(spec, kept))
    check_points(spec, points.by_store(spec, kept))


@pytest.mark.parametrize(
    "pack",
    [
        name
        for name in ("court-core", "yanbian-2019", "jilin-44-reconstructed", "cepej", "courtools")
        if (DEFINITIONS / name / "pack.yaml").is_file()
    ],
)
def test_every_indicator_of_a_shipped_pack_has_a_spec(pack: str) -> None:
    asked = {question.indicator for spec in SPECS for question in spec.questions}
    own = {
        one["id"]
        for path in (DEFINITIONS / pack).glob("*.yaml")
        if path.name not in ("events.yaml", "links.yaml")
        for one in packs.load(path).get("indicators") or []
    }
    assert not own - asked


def test_every_spec_has_a_title_in_both_languages_and_its_arithmetic_in_comments() -> None:
    for path in sorted(routes.FOLDER.glob("*.yaml")):
        spec = packs.load(path)
        assert spec["title"]["zh"], path
        assert spec["title"]["en"], path
        assert "# " in path.read_text(encoding="utf-8"), path


def test_the_referee_shares_no_code_with_what_it_judges() -> None:
    for path in sorted((Path(__file__).resolve().parents[1] / "referee").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not [name for name in names if name.split(".")[0] in ("plumbline", "services")], path
