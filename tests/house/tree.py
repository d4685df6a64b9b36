"""The files of the project, and the Python ones parsed: what the house rules look at."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
IGNORED = {".git", ".venv", ".plumbline", "build", "__pycache__"}


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed; in an unpacked archive without git, every file but the
    ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        found = [CHECKOUT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [
            path for path in CHECKOUT.rglob("*") if not IGNORED.intersection(path.relative_to(CHECKOUT).parts)
        ]
    return tuple(sorted(path for path in found if path.is_file()))


def python(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Python files below these folders (all if none is named), parsed."""
    for path in files():
        if path.suffix == ".py" and (
            not folders or relative(path).startswith(tuple(f"{name}/" for name in folders))
        ):
            yield path, _parsed(path)


def relative(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def imports(module: ast.Module) -> Iterator[str]:
    """Full names of the modules and names it imports."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@functools.cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))
