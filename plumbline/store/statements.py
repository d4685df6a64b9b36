"""The SQL statements, one in a file of plumbline/store/sql; each file begins with what it promises, its
index, its locks."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "sql"
INCLUDE: Final = "-- include "


@functools.cache
def statement(name: str) -> str:
    """The statement `name` without its comment lines; binds are written `%(name)s`.

    A line `-- include other` stands for the statement `other`.
    """
    lines = (FOLDER / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    whole = [statement(line.split()[2]) if line.startswith(INCLUDE) else line for line in lines]
    return "\n".join(line for line in whole if not line.lstrip().startswith("--")).strip()
