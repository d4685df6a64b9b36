"""Settings: bad values stop a start with a reason, secrets are never shown, children get the same ones."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from plumbline.runtime import settings

SECRET = "correct-horse-9"


def test_a_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_POOL_MAX", "many")
    monkeypatch.setenv("PLUMBLINE_ZONE", "Mars/Olympus")
    with pytest.raises(
        settings.ConfigurationError, match=r"PLUMBLINE_POOL_MAX: .*PLUMBLINE_ZONE: 'Mars/Olympus'"
    ):
        settings.load()


def test_a_misspelt_variable_is_refused_instead_of_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_API_PROT", "9000")
    with pytest.raises(settings.ConfigurationError, match="did you mean PLUMBLINE_API_PORT"):
        settings.load()


def test_two_services_cannot_share_a_port() -> None:
    with pytest.raises(settings.ConfigurationError, match="must differ"):
        settings.load(api_port=8001)


@pytest.mark.parametrize("password", ["", "postgres", "short"])
def test_a_guessable_password_on_another_machine_is_refused(password: str) -> None:
    with pytest.raises(settings.ConfigurationError, match="choose another"):
        settings.load(database_url=f"postgresql://plumbline:{password}@db.court.example/plumbline")


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(settings.ConfigurationError, match="postgresql://user:password"):
        settings.load(database_url="mysql://somewhere/db")


def test_what_is_shown_holds_no_password() -> None:
    shown = settings.load(database_url=f"postgresql://plumbline:{SECRET}@db.example/x?password={SECRET}")
    assert SECRET not in str(shown.describe())
    assert SECRET not in repr(shown)
    assert "plumbline:***@db.example" in shown.describe()["PLUMBLINE_DATABASE_URL"]


def test_a_child_reads_back_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = settings.load(state=tmp_path, api_port=9001, database_url=f"postgresql://a:{SECRET}@db.example/x")
    for name, value in told.environment().items():
        monkeypatch.setenv(name, value)
    assert settings.load() == told


def test_a_missing_database_says_what_to_do() -> None:
    with pytest.raises(settings.ConfigurationError, match="plumbline up"):
        _ = settings.load().dsn


@pytest.mark.parametrize("key", ["", "changeme", "A" * 43 + "=", "c2VjcmV0"])
def test_a_default_or_weak_key_stops_the_start(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("PLUMBLINE_DELIVERY_KEY", key)
    with pytest.raises(settings.ConfigurationError, match=r"PLUMBLINE_DELIVERY_KEY: .*openssl rand"):
        settings.load()


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    key = base64.b64encode(bytes(range(32))).decode()
    shown = settings.load(delivery_key=key).describe()
    assert shown["PLUMBLINE_DELIVERY_KEY"] == "***"
    assert key not in repr(shown)


@pytest.mark.parametrize("networks", ["10.0.0.0/33", "inside", "0.0.0.0/0", "10.1.0.0/16,::/0"])
def test_a_network_that_is_none_or_holds_everything_is_refused(networks: str) -> None:
    with pytest.raises(settings.ConfigurationError, match="PLUMBLINE_DELIVERY_NETWORKS"):
        settings.load(delivery_networks=networks)
