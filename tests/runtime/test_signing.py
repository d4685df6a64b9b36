"""The signing key at rest: made once, kept from others, rotated without losing a public half."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plumbline.runtime import signing
from plumbline.runtime.settings import ConfigurationError, Settings

NOW = datetime(2026, 1, 5, 4, tzinfo=UTC)


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = Settings(state=tmp_path / "state").signing_keys_file
    ring = signing.open_ring(path, NOW)
    assert signing.open_ring(path, NOW + timedelta(days=1)) == ring
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.made_at for one in ring.keys] == [NOW]
    assert ring.secret.hex() not in repr(ring)
    assert sorted(one.name for one in path.parent.iterdir()) == [
        ".signing-keys.json.lock",
        "signing-keys.json",
    ]


def test_rotation_keeps_every_public_half_and_forgets_the_private_one(tmp_path: Path) -> None:
    path = tmp_path / "signing-keys.json"
    first = signing.open_ring(path, NOW)
    second = signing.rotate(path, NOW + timedelta(days=1))
    third = signing.rotate(path, NOW + timedelta(days=2))
    assert [one.public_key for one in third.keys] == [
        *(one.public_key for one in second.keys),
        third.keys[-1].public_key,
    ]
    assert [one.retired_at for one in third.keys] == [NOW + timedelta(days=1), NOW + timedelta(days=2), None]
    written = path.read_text()
    assert third.secret.hex() in written
    for old in (first, second):
        assert old.secret.hex() not in written
    assert signing.public_keys(path) == third.keys
    assert path.stat().st_mode & 0o777 == 0o600


def test_first_starts_at_once_make_one_key(tmp_path: Path) -> None:
    path = tmp_path / "signing-keys.json"
    with ThreadPoolExecutor(8) as many:
        rings = list(many.map(lambda _: signing.open_ring(path, NOW), range(16)))
    assert len({ring.secret for ring in rings}) == 1
    script = f"""
from datetime import UTC, datetime
from pathlib import Path
from plumbline.runtime import signing
signing.rotate(Path({str(path)!r}), datetime(2026, 2, 1, tzinfo=UTC))
"""
    running = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
    keys = signing.public_keys(path)
    assert len(keys) == 4
    assert [one.retired_at is None for one in keys] == [False, False, False, True]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"keys": [], "private_key": "00"}',
        '{"keys": [{"public_key": "00", "made_at": "x", "retired_at": null}], "private_key": "00"}',
        json.dumps(
            {
                "keys": [{"public_key": "00" * 32, "made_at": NOW.isoformat(), "retired_at": None}],
                "private_key": "01" * 32,
            }
        ),
    ],
)
def test_a_file_that_is_no_ring_is_refused_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "signing-keys.json"
    path.write_text(content)
    path.chmod(0o600)
    for act in (signing.open_ring, signing.rotate):
        with pytest.raises(ConfigurationError, match="cannot be read"):
            act(path, NOW)
    assert path.read_text() == content


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signing-keys.json"
    signing.open_ring(path, NOW)
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match="mode 640"):
        signing.open_ring(path, NOW)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(ConfigurationError, match="PLUMBLINE_STATE"):
        signing.open_ring(tmp_path / "state" / "signing-keys.json", NOW)


def test_asking_for_public_keys_makes_nothing(tmp_path: Path) -> None:
    assert signing.public_keys(tmp_path / "signing-keys.json") == ()
    assert list(tmp_path.iterdir()) == []
