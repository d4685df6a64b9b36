"""docker-compose.yml and the Prometheus files, read by the tools that would read them; `make tools` fetches
those."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def tool(name: str) -> str:
    """The fetched tool, else one on PATH; skips, with the reason, where there is none."""
    found = shutil.which(name, path=f"{CHECKOUT}/.plumbline/tools/bin:{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{name} is not here: run `make tools`")
    return found


def compose(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "POSTGRES_PASSWORD"}
    command = [tool("docker-compose"), "-f", str(CHECKOUT / "docker-compose.yml"), "config"]
    return subprocess.run(command, capture_output=True, text=True, env={**kept, **environment})


def test_compose_is_valid_with_a_password() -> None:
    read = compose(POSTGRES_PASSWORD="abcdefgh1234")
    assert read.returncode == 0, read.stderr
    assert "postgresql://plumbline:abcdefgh1234@database:5432/plumbline" in read.stdout


def test_compose_refuses_to_start_without_a_password() -> None:
    read = compose()
    assert read.returncode != 0
    assert "set it" in read.stderr


def test_prometheus_reads_its_files() -> None:
    read = subprocess.run(
        [tool("promtool"), "check", "config", str(CHECKOUT / "deploy/prometheus.yml")],
        capture_output=True,
        text=True,
    )
    assert read.returncode == 0, read.stdout + read.stderr


def test_the_image_holds_no_secret_and_does_not_run_as_root() -> None:
    text = (CHECKOUT / "deploy/Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER (?!root|0\b)", text, re.MULTILINE)
    assert not re.search(r"password|token|secret=", text, re.IGNORECASE)
    assert "--require-hashes" in text
