"""Builds the virtual environment from the locked requirements, telling what it does and how long it took.

Standard library only: it runs on the system's python3 before anything is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT / "requirements-dev.txt"
COMMAND = """#!/bin/sh
exec "$(dirname "$0")/python" -m services.command "$@"
"""


def create(venv: Path) -> None:
    """Make the environment if its interpreter does not run (absent, half made, or its Python was removed)."""
    python = venv / "bin" / "python"
    if (
        python.exists()
        and subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0
    ):
        return
    shutil.rmtree(venv, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", venv], capture_output=True, text=True)
    if made.returncode != 0:
        shutil.rmtree(venv, ignore_errors=True)
        sys.exit(
            f"plumbline: python3 -m venv failed:\n{made.stdout}{made.stderr}\n"
            "On Debian or Ubuntu: apt-get install python3-venv; then run make again."
        )


def install(venv: Path) -> None:
    """Install the locked packages, every one checked against its hash; the full output goes to pip.log."""
    wanted = sum("==" in line for line in LOCK.read_text(encoding="utf-8").splitlines())
    arguments = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]
    command = [str(venv / "bin" / "python"), *arguments, "--require-hashes", "-r", str(LOCK)]
    seen = 0
    with (
        (venv / "pip.log").open("w+", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip,
    ):
        assert pip.stdout is not None
        for line in pip.stdout:
            log.write(line)
            if line.startswith(("Collecting ", "Requirement already", "Ignoring ")):
                seen += 1
                show(f"plumbline: packages {min(seen, wanted)}/{wanted}", seen)
        if pip.wait() != 0:
            log.seek(0)
            tail = "".join(log.readlines()[-25:])
            sys.exit(
                f"\n{tail}\nplumbline: installing the locked packages failed (full output: {venv}/pip.log)."
            )


def show(text: str, count: int) -> None:
    """One rewritten line on a terminal, one line in forty elsewhere."""
    if sys.stdout.isatty():
        print(f"\r{text}", end="", flush=True)
    elif count % 40 == 0:
        print(text, flush=True)


def register(venv: Path) -> None:
    """Let the environment's python import the checkout, and give it the `plumbline` command."""
    for packages in venv.glob("lib/python3*/site-packages"):
        (packages / "plumbline-checkout.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")
    command = venv / "bin" / "plumbline"
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)


def main() -> None:
    venv = Path(sys.argv[1] if len(sys.argv) > 1 else ".venv").absolute()
    began = time.monotonic()
    print(
        "plumbline: building the virtual environment (downloads once, then only when the lock changes)",
        flush=True,
    )
    create(venv)
    install(venv)
    register(venv)
    (venv / ".ready").touch()
    print(f"\nplumbline: environment ready in {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
