"""`plumbline verify`: what it prints, its exit codes, and that it needs neither database nor network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from typer.testing import CliRunner, Result

from plumbline import transcripts, verification
from services import command
from tests.unit import verifying

KEY = ed25519.Ed25519PrivateKey.from_private_bytes(verifying.SECRET).public_key().public_bytes_raw().hex()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLUMBLINE_STATE", str(tmp_path / "state"))
    path = tmp_path / "card.json"
    path.write_bytes(verifying.sealed())
    return path


def run(*words: str) -> Result:
    """The command line in this process."""
    return CliRunner().invoke(command.line_for(["verify"]), ["verify", *words])


def test_a_good_file_with_a_trusted_key_is_zero(file: Path) -> None:
    found = run(str(file), "--trust", KEY)
    assert found.exit_code == 0, found.output
    assert "differs" not in found.output
    assert found.output.strip().endswith("all of it agrees, and the signature is by a trusted key.")
    zh = run(str(file), "--trust", KEY, "--lang", "zh")
    assert "结论：全部一致，签名可信。" in zh.output


def test_a_key_that_is_not_trusted_is_said_and_is_one(file: Path) -> None:
    for words in ((), ("--trust", "0" * 64)):
        found = run(str(file), *words)
        assert found.exit_code == 1
        assert "the signature is valid, but key" in found.output
        assert found.output.count("differs") == 1
    assert "签名有效，但密钥" in run(str(file), "--lang", "zh").output
    assert not (file.parent / "state").exists()


def test_a_changed_number_is_named_and_is_one(file: Path) -> None:
    plain = orjson.loads(file.read_bytes())
    plain["scorecard"]["lines"][0]["points"] = "39/1"
    file.write_bytes(transcripts.canonical(plain))
    found = run(str(file), "--trust", KEY)
    assert found.exit_code == 1
    assert "scorecard.lines[fagaizhi].points" in found.output
    assert "signature" in found.output


def test_what_cannot_be_read_is_two(file: Path, tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("{")
    for words in (
        (str(tmp_path / "absent.json"),),
        (str(tmp_path / "none.json"),),
        (str(file), "--trust", "xyz"),
        (str(file), "--key", str(tmp_path / "none.json")),
        (str(file), "--key", str(tmp_path / "absent.json")),
    ):
        found = run(*words)
        assert found.exit_code == 2, words
        assert "Traceback" not in found.output


def test_keys_are_trusted_from_what_the_service_publishes(file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "keys.json"
    for text in (
        json.dumps({"items": [{"public_key": KEY, "retired_at": None}]}),
        json.dumps({"items": [{"public_key": KEY, "retired_at": "2027-01-01T00:00:00Z"}]}),
        KEY + "\n",
    ):
        kept.write_text(text)
        assert run(str(file), "--key", str(kept)).exit_code == 0
    kept.write_text(json.dumps({"items": [{"public_key": KEY, "retired_at": "2025-01-01T00:00:00Z"}]}))
    assert run(str(file), "--key", str(kept)).exit_code == 1
    kept.write_text(json.dumps({"items": [{"public_key": KEY, "retired_at": "2025-01-01T00:00:00"}]}))
    assert run(str(file), "--key", str(kept)).exit_code == 2


def test_the_installations_own_keys_are_shown_rotated_and_trusted(file: Path) -> None:
    first = json.loads(run("--public-key").output)["items"]
    assert [one["retired_at"] for one in first] == [None]
    assert json.loads(run("--public-key").output)["items"] == first
    secret = json.loads((file.parent / "state" / "signing-keys.json").read_text())["private_key"]
    file.write_bytes(verification.seal(verifying.whole(), bytes.fromhex(secret)))
    assert run(str(file)).exit_code == 0
    both = json.loads(run("--rotate-key").output)["items"]
    assert [one["id"] for one in both][:1] == [first[0]["id"]]
    assert [one["retired_at"] is None for one in both] == [False, True]
    assert run(str(file)).exit_code == 0
    assert run().exit_code == 2


def test_a_file_is_checked_without_database_and_without_network(file: Path) -> None:
    script = """
import socket, sys
def refused(*_, **__): raise AssertionError("a connection was tried")
socket.socket.connect = refused
socket.getaddrinfo = refused
from services import command
sys.argv = ["plumbline", *sys.argv[1:]]
try:
    command.main()
finally:
    for name in ("psycopg", "sqlalchemy", "fastapi", "httpx2"):
        assert name not in sys.modules, name
"""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PLUMBLINE_")}
    found = subprocess.run(
        [sys.executable, "-c", script, "verify", str(file), "--trust", KEY],
        capture_output=True,
        text=True,
        env={**alone, "PYTHONPATH": os.getcwd()},
    )
    assert found.returncode == 0, found.stdout + found.stderr
