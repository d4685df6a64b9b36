"""A real Alertmanager: told when a deviation begins, told again after it restarts, told the end, and not before."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from plumbline import errors
from plumbline.store import engine, subscriptions, tokens
from services.api import credentials
from services.api.subscription_shapes import Credentials
from tests.keeper import ROOT
from tests.services.delivery.conftest import Town, telling, wait
from tests.services.delivery.receiver import Receiver

NAME = "prometheus-alertmanager"


def program() -> str:
    """The fetched Alertmanager, else one on PATH; skips, with the reason, where there is none."""
    found = shutil.which(NAME, path=f"{ROOT}/.plumbline/tools/bin:{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{NAME} is not here: run `make tools`")
    return found


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Manager:
    """A running Alertmanager that forgets everything when it restarts, and the notifications it sent on."""

    def __init__(self, folder: Path, shows: str | None = None) -> None:
        self.folder = folder
        self.shows = shows
        self.port = free_port()
        self.sent: list[dict[str, Any]] = []
        sent = self.sent

        class Listener(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent.extend(json.loads(self.rfile.read(int(self.headers["content-length"])))["alerts"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.listener = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()
        port = self.listener.server_address[1]
        (folder / "am.yml").write_text(
            "route: {receiver: r, group_by: ['...'], group_wait: 50ms, group_interval: 1s, repeat_interval: 1h}\n"
            f"receivers: [{{name: r, webhook_configs: [{{url: 'http://127.0.0.1:{port}/', send_resolved: true}}]}}]\n",
            "utf-8",
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        login = [] if self.shows is None else [f"--web.config.file={self.folder / 'web.yml'}"]
        self.process = subprocess.Popen(
            [
                program(), *login, f"--config.file={self.folder / 'am.yml'}", "--cluster.listen-address=",
                f"--storage.path={self.folder / f'data{time.monotonic_ns()}'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            stdout=subprocess.DEVNULL, stderr=(self.folder / "am.log").open("ab"),
        )  # fmt: skip
        wait(self.ready)

    def ready(self) -> bool:
        try:
            with self._ask("/-/ready") as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _ask(self, path: str) -> Any:
        head = {} if self.shows is None else {"Authorization": self.shows}
        return urllib.request.urlopen(urllib.request.Request(self.url + path, headers=head), timeout=5)

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def close(self) -> None:
        self.stop()
        self.listener.shutdown()
        self.listener.server_close()

    def standing(self) -> dict[str, dict[str, Any]]:
        """Alerts that stand, by deviation or by name."""
        try:
            with self._ask("/api/v2/alerts") as answer:
                found = json.load(answer)
        except OSError:
            return {}
        return {one["labels"].get("deviation", one["labels"]["alertname"]): one for one in found}

    def heard(self, deviation: int) -> list[str]:
        """What was sent on of a deviation: firing, resolved."""
        return [one["status"] for one in self.sent if one["labels"].get("deviation") == str(deviation)]


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path)
    yield made
    made.close()


@pytest.fixture
def subscribed(town: Town, manager: Manager) -> Callable[..., Any]:
    return lambda **more: town.subscribe(manager.url, kind="alertmanager", **more)


def test_an_alert_fires_stands_and_ends(town: Town, manager: Manager, subscribed: Callable[..., Any]) -> None:
    made = subscribed()
    opened, _ = town.change(None, "opened")
    other, _ = town.change(None, "opened", "示2402")
    with telling(town):
        wait(lambda: set(manager.standing()) == {str(opened), str(other)})
        one = manager.standing()[str(opened)]
        assert one["labels"] == {
            "alertname": "PlumblineDeviation", "deviation": str(opened), "watch": "demo.trial", "kind": "target",
            "court": "示2401", "severity": "amber",
        }  # fmt: skip
        assert one["annotations"]["summary"].endswith("请核查。")
        assert one["annotations"]["summary_en"].startswith("Deviation")
        wait(lambda: manager.heard(opened) == ["firing"])
        town.change(opened, "resolved")
        wait(lambda: town.state(made) == {"delivered": 3})
        wait(lambda: set(manager.standing()) == {str(other)})
        wait(lambda: manager.heard(opened) == ["firing", "resolved"])
        time.sleep(2.5 * town.settings.delivery_again_s)
        assert set(manager.standing()) == {str(other)}, "telling again what stands brings nothing back"
    assert manager.heard(opened) == ["firing", "resolved"]


def test_a_restarted_alertmanager_is_told_again_and_an_end_while_it_was_away_is_not_lost(
    town: Town, manager: Manager, subscribed: Callable[..., Any]
) -> None:
    made = subscribed()
    begun = [town.change(None, "opened")[0] for _ in range(5)]
    with telling(town):
        wait(lambda: set(manager.standing()) == {str(one) for one in begun})
        manager.stop()
        town.change(begun[0], "resolved")
        late, _ = town.change(None, "opened")
        time.sleep(0.5)
        manager.start()
        wait(lambda: set(manager.standing()) == {str(one) for one in [*begun[1:], late]})
        wait(lambda: town.state(made) == {"delivered": 7})
        time.sleep(2.5 * town.settings.delivery_again_s)
        assert set(manager.standing()) == {str(one) for one in [*begun[1:], late]}


def test_another_severity_is_another_alert_and_the_old_one_ends(
    town: Town, manager: Manager, subscribed: Callable[..., Any]
) -> None:
    subscribed()
    opened, _ = town.change(None, "opened")
    with telling(town):
        wait(lambda: str(opened) in manager.standing())
        town.change(opened, "worse", severity="red")
        wait(lambda: manager.standing()[str(opened)]["labels"]["severity"] == "red")
        wait(lambda: sorted(manager.heard(opened)) == ["firing", "firing", "resolved"])
        town.change(opened, "resolved", severity="red")
        wait(lambda: not manager.standing())


def test_what_its_owner_may_no_longer_see_is_not_told_again(
    town: Town, manager: Manager, subscribed: Callable[..., Any]
) -> None:
    subscribed(owner="basic")
    opened, _ = town.change(None, "opened")
    with telling(town):
        wait(lambda: str(opened) in manager.standing())
        with engine.transaction(town.keeper.pool) as connection:
            tokens.revoke_token(connection, town.tokens["basic"])
        manager.stop()
        manager.start()
        time.sleep(3 * town.settings.delivery_again_s)
        assert not manager.standing()


def test_a_replayed_beginning_does_not_bring_back_what_has_ended(
    town: Town, manager: Manager, subscribed: Callable[..., Any]
) -> None:
    made = subscribed()
    opened, _ = town.change(None, "opened")
    town.change(opened, "resolved")
    with engine.transaction(town.keeper.pool) as connection:
        connection.execute("UPDATE outbox SET state = 'dead' WHERE subscription = %s AND notice = 1", (made,))
    with telling(town):
        wait(lambda: town.state(made) == {"dead": 1, "delivered": 1})
        with engine.transaction(town.keeper.pool) as connection:
            connection.execute(
                "UPDATE outbox SET state = 'waiting' WHERE subscription = %s AND notice = 1", (made,)
            )
        wait(lambda: town.state(made) == {"withheld": 1, "delivered": 1})
        assert not manager.standing()


def test_the_watchdog_stands_while_it_beats(
    town: Town, manager: Manager, subscribed: Callable[..., Any]
) -> None:
    subscribed(heartbeat_s=1)
    why: list[str] = []
    with telling(town, stalled=lambda: why):
        wait(lambda: "PlumblineWatchdog" in manager.standing())
        why.append("value has stopped or fails")
        wait(lambda: not manager.standing(), 15)


def test_five_hundred_alerts_at_once_all_stand(
    town: Town, manager: Manager, subscribed: Callable[..., Any]
) -> None:
    made = subscribed()
    for _ in range(500):
        town.change(None, "opened")
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 500}, 60)
        wait(lambda: len(manager.standing()) == 500)


USER, PASSWORD = "plumbline", "open sesame"
HASHED = "$2b$05$VfhOJQgkoCcYZ31hQWkRaOmKwxaVZjCQ4OkdX859eijLEc9GbvOUm"
"""The password as Alertmanager keeps it (bcrypt)."""


def basic(password: str) -> str:
    given = Credentials(scheme="basic", user=USER, secret=SecretStr(password))
    return credentials.header(given)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Manager]:
    """An Alertmanager behind a login."""
    (tmp_path / "web.yml").write_text(f"basic_auth_users: {{{USER}: '{HASHED}'}}\n", "utf-8")
    made = Manager(tmp_path, basic(PASSWORD))
    yield made
    made.close()


def test_an_alertmanager_behind_a_login_is_told_and_told_again(town: Town, guarded: Manager) -> None:
    made = town.subscribe(guarded.url, kind="alertmanager", shows=basic(PASSWORD))
    opened, _ = town.change(None, "opened")
    with telling(town):
        wait(lambda: set(guarded.standing()) == {str(opened)})
        guarded.stop()
        guarded.start()
        wait(lambda: set(guarded.standing()) == {str(opened)})
        town.change(opened, "resolved")
        wait(lambda: town.state(made) == {"delivered": 2})
        wait(lambda: not guarded.standing())


def test_a_wrong_password_is_a_failure_that_is_tried_again_and_not_repeated_anywhere(
    town: Town, guarded: Manager
) -> None:
    made = town.subscribe(guarded.url, kind="alertmanager", shows=basic("open barley"))
    town.change(None, "opened")
    with telling(town):
        wait(lambda: bool(town.keeper.query("SELECT 1 FROM delivery_attempt WHERE status = 401")))
        assert not guarded.standing()
        with engine.transaction(town.keeper.pool) as connection:
            sealed = town.seal.close(basic(PASSWORD), str(made))
            subscriptions.add_secret(connection, made, sealed)
        wait(lambda: town.state(made) == {"delivered": 1})
    kept = repr(town.keeper.query("SELECT * FROM delivery_attempt")) + repr(
        town.keeper.query("SELECT * FROM outbox")
    )
    assert basic(PASSWORD).split()[1] not in kept


def test_the_newest_credentials_are_shown_with_every_message(
    town: Town, receiver: Callable[..., Receiver]
) -> None:
    there = receiver()
    made = town.subscribe(there.url, kind="alertmanager", shows="Bearer first", heartbeat_s=1)
    plain = town.subscribe(there.url, kind="alertmanager")
    with engine.transaction(town.keeper.pool) as connection:
        subscriptions.add_secret(connection, made, town.seal.close("Bearer second", str(made)))
    town.change(None, "opened")
    with telling(town):
        wait(lambda: town.state(made) == town.state(plain) == {"delivered": 1})
        wait(lambda: len(there.got) > 6)
    shown = [got.headers.get("authorization") for got in there.got]
    assert set(shown) == {None, "Bearer second"}
    assert shown.count("Bearer second") > 2, "told, told again, and the heartbeat"
    stored = town.keeper.query("SELECT sealed FROM subscription_secret WHERE subscription = %s", made)
    assert not [row for row in stored if b"second" in bytes(row[0])]


def test_credentials_that_fit_no_header_are_refused() -> None:
    for scheme, user, secret in (
        ("bearer", None, "two words"), ("bearer", None, "line\r\nX-Evil: 1"), ("bearer", "u", "t0ken"),
        ("basic", None, "s3cret"), ("basic", "a:b", "s3cret"), ("basic", "u", "line\nbreak"),
    ):  # fmt: skip
        given = Credentials.model_validate({"scheme": scheme, "user": user, "secret": secret})
        with pytest.raises(errors.BadInput) as refused:
            credentials.header(given)
        assert secret not in str(refused.value)
    assert credentials.header(Credentials(scheme="bearer", secret=SecretStr("a.b-c=="))) == "Bearer a.b-c=="
    assert "open" not in repr(Credentials(scheme="basic", user=USER, secret=SecretStr(PASSWORD)))
