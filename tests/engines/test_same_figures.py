"""The same seed gives the same books and figures on the embedded PostgreSQL, on PostgreSQL 15 and on TimescaleDB."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from plumbline.runtime import schema
from plumbline.store import court_tables
from services.commands import doctor
from tests.engines import seed, servers
from tests.engines.servers import Engine
from tests.keeper import Keeper
from tests.properties import books

VALUE = (
    "indicator, version, court, scope, category, period, period_start, valued_on,"
    " numerator, denominator, value, reason, page"
)
CHART = "SELECT {}, court, count(*), sum(numerator), sum(denominator) FROM value WHERE category = 'all' GROUP BY 1, 2"
TRUNCATED = "date_trunc('month', valued_on)::date"
BUCKETED = "time_bucket('1 month', valued_on)"
CHUNKS = (
    "SELECT count(*), count(*) FILTER (WHERE is_compressed) FROM timescaledb_information.chunks"
    " WHERE hypertable_name = 'value'"
)
POLICY = "SELECT job_id FROM timescaledb_information.jobs WHERE hypertable_name = 'value'"
BEFORE, HEAD = "2026_11_22_0008", "2026_11_22_0009"
TOLD = seed.deliveries()


@dataclass(frozen=True, slots=True)
class Figures:
    """What is held against the reference."""

    books: books.Books
    values: frozenset[tuple[Any, ...]]
    chart: frozenset[tuple[Any, ...]]
    pages: list[tuple[Any, ...]]
    before: tuple[Any, ...]


def figures(kept: Keeper) -> Figures:
    """Postings, balances, cases, every value of every court day, the charts' sums, the pages, and a figure as it was
    known before the last pages."""
    half = kept.query("SELECT closed_at FROM page WHERE number = (SELECT max(number) / 2 FROM page)")[0][0]
    known = kept.value(
        "court-core.filed", "示24", "2019-11", scope="all", known_at=half, today=seed.DELIVERED[1]
    )
    return Figures(
        books.read(kept),
        values(kept),
        frozenset(kept.query(CHART.format(TRUNCATED))),
        kept.query("SELECT number, home_court, cause, cases FROM page ORDER BY number"),
        (known.numerator, known.denominator, known.value, known.reason),
    )


def values(kept: Keeper) -> frozenset[tuple[Any, ...]]:
    return frozenset(kept.query(f"SELECT {VALUE} FROM value"))


def check_same(found: Figures, wanted: Figures) -> None:
    books.check_equal(found.books, wanted.books)
    for part in ("values", "chart", "pages", "before"):
        assert getattr(found, part) == getattr(wanted, part), part


@pytest.fixture(scope="module")
def reference(module_database: str) -> Iterator[Keeper]:
    """The seed on the embedded PostgreSQL."""
    kept = seed.keeper(module_database)
    seed.play(kept, TOLD)
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def wanted(reference: Keeper) -> Figures:
    return figures(reference)


@pytest.fixture(scope="module")
def postgres15() -> Iterator[Keeper]:
    """The seed on PostgreSQL 15."""
    with servers.postgres15() as engine:
        yield from played(engine)


@pytest.fixture(scope="module")
def server() -> Iterator[Engine]:
    """A database with TimescaleDB."""
    with servers.timescale() as engine:
        yield engine


@pytest.fixture(scope="module")
def timescale(server: Engine) -> Iterator[Keeper]:
    """The seed on TimescaleDB."""
    yield from played(server)


def played(engine: Engine) -> Iterator[Keeper]:
    engine.migrate()
    kept = seed.keeper(engine.dsn)
    seed.play(kept, TOLD)
    yield kept
    kept.close()


def test_the_seed_holds_what_could_make_books_differ(reference: Keeper, wanted: Figures) -> None:
    assert len(wanted.books.cases) > 200
    assert reference.query("SELECT count(*) FROM event WHERE type = 'event.retracted'")[0][0] > 20
    assert (
        reference.query("SELECT count(*) FROM event WHERE replaces IS NOT NULL AND type = 'case.filed'")[0][0]
        > 20
    )
    assert len(wanted.books.postings) > 3_000
    assert {row[7] for row in wanted.values} == set(seed.DELIVERED)
    now = reference.value("court-core.filed", "示24", "2019-11", scope="all")
    assert wanted.before[0] not in (None, now.numerator), "a late correction changed what was known"


@pytest.mark.parametrize("name", ["postgres15", "timescale"])
def test_the_same_seed_gives_the_same_books_and_figures(
    name: str, wanted: Figures, request: pytest.FixtureRequest
) -> None:
    kept: Keeper = request.getfixturevalue(name)
    books.check_sums(kept)
    check_same(figures(kept), wanted)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("reference", "absent"),
        ("postgres15", "absent"),
        ("timescale", "value is a hypertable of 3 chunks, 0 compressed"),
    ],
)
def test_doctor_says_what_the_engine_has(name: str, told: str, request: pytest.FixtureRequest) -> None:
    kept: Keeper = request.getfixturevalue(name)
    with kept.pool.connection() as connection:
        assert told in doctor.extension(connection).detail


def test_buckets_of_time_are_the_months_that_date_trunc_gives(timescale: Keeper, wanted: Figures) -> None:
    assert frozenset(timescale.query(CHART.format(BUCKETED))) == wanted.chart


def test_a_chunk_compressed_by_the_policy_answers_and_is_valued_again(
    timescale: Keeper, reference: Keeper, wanted: Figures
) -> None:
    assert timescale.query(CHUNKS) == [(3, 0)]
    ((job,),) = timescale.query(POLICY)
    run(timescale, f"CALL run_job({job})")
    assert timescale.query(CHUNKS) == [(3, 3)], "every court day of the seed is more than 400 days ago"
    check_same(figures(timescale), wanted)
    late = seed.late(TOLD)
    for kept in (timescale, reference):
        seed.play(kept, [late])
    changed = figures(reference)
    assert changed.values != wanted.values
    assert {row[7] for row in changed.values} == set(seed.DELIVERED), (
        "no new court day: compressed rows were replaced"
    )
    check_same(figures(timescale), changed)


def test_the_step_may_be_run_again(timescale: Keeper) -> None:
    before = values(timescale)
    run(timescale, printed())
    assert len(timescale.query(POLICY)) == 1
    assert timescale.query(CHUNKS)[0][0] == 3
    assert values(timescale) == before


def printed() -> str:
    """The step as `alembic upgrade --sql` prints it."""
    config, config_text = servers.alembic_config(), io.StringIO()
    config.output_buffer = config_text
    command.upgrade(config, f"{BEFORE}:{HEAD}", sql=True)
    return config_text.getvalue()


def run(kept: Keeper, script: str) -> None:
    with kept.pool.connection() as connection:
        connection.set_autocommit(True)
        connection.execute(script)
        connection.set_autocommit(False)


def test_the_way_back_and_forth_again_keeps_every_row(timescale: Keeper, server: Engine) -> None:
    before = values(timescale)
    timescale.close()
    server.rest()
    server.migrate(BEFORE, down=True)
    assert look(server, "SELECT count(*) FROM timescaledb_information.hypertables") == {(0,)}
    assert look(server, f"SELECT {VALUE} FROM value") == before
    server.migrate()
    assert look(server, "SELECT hypertable_name, num_chunks FROM timescaledb_information.hypertables") == {
        ("value", 3)
    }
    assert look(server, f"SELECT {VALUE} FROM value") == before
    with schema.engine(server.dsn).connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "include_object": of_value},
        )
        assert list(compare_metadata(context, court_tables.metadata)) == []


def of_value(entry: Any, name: str | None, kind: str, reflected: bool, compared_to: Any) -> bool:
    """The other tables are held to the code by tests/store/test_migrations.py."""
    return kind != "table" or name == "value"


def look(server: Engine, query: str) -> frozenset[tuple[Any, ...]]:
    with psycopg.connect(server.dsn) as connection:
        rows = frozenset(connection.execute(query).fetchall())
    server.rest()
    return rows


def test_a_server_that_does_not_give_the_extension_keeps_a_plain_table_until_it_does() -> None:
    with servers.on_wasm() as server, psycopg.connect(server.dsn, autocommit=True) as first:
        first.execute("RESET timescaledb.allow_install_without_preload")
        first.close()
        server.rest()
        server.migrate()
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            warned: list[str] = []
            connection.add_notice_handler(lambda notice: warned.append(str(notice.message_primary)))
            assert "not created here: value is a plain table" in doctor.extension(connection).detail
            connection.execute(printed())
            assert "not in shared_preload_libraries" in warned.pop()
            connection.execute("SET timescaledb.allow_install_without_preload = 'on'")
            connection.execute("CREATE ROLE clerk")
            connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk")
            connection.execute("SET ROLE clerk")
            connection.execute(printed())
            assert "this role may not create it" in warned.pop()
            connection.execute("RESET ROLE")
            connection.execute(printed())
            assert "value is a hypertable of 0 chunks" in doctor.extension(connection).detail
