"""The steps the stack hands to other modules: the first content of a database, the demo feed, and the demo's watches."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Mapping
from typing import Any

from plumbline.runtime import postgres
from plumbline.runtime.settings import Settings
from services.stack.progress import Progress


def bootstrap(settings: Settings, dsn: str, progress: Progress) -> dict[str, str]:
    """Courts, definitions, a source and tokens to try; returns name to token and keeps them in
    `settings.tokens_file`."""
    module = _module("bootstrap", progress)
    made = module.run(settings, dsn, progress) if module else None
    if isinstance(made, Mapping):
        tokens = {str(name): str(token) for name, token in made.items()}
        postgres.private(settings.tokens_file, json.dumps(tokens, indent=2) + "\n")
        return tokens
    return kept_tokens(settings)


def demo(
    settings: Settings, addresses: dict[str, str], tokens: dict[str, str], progress: Progress
) -> dict[str, Any]:
    """Play the demonstration feed; returns what stack.json says of it."""
    module = _module("demo", progress)
    if module is None:
        return {"state": "skipped"}
    told = module.run(settings, addresses, tokens, progress)
    return {"state": "played", **(told if isinstance(told, Mapping) else {})}


def demo_watches(settings: Settings, dsn: str, progress: Progress) -> None:
    """Replay and arm the watches of the demonstration; nothing where this release has none."""
    module = _module("demo_watches", progress)
    if module is not None:
        module.run(settings, dsn, progress)


def kept_tokens(settings: Settings) -> dict[str, str]:
    """The tokens of an earlier start, or none."""
    try:
        return dict(json.loads(settings.tokens_file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _module(name: str, progress: Progress) -> Any:
    path = f"services.commands.{name}"
    if importlib.util.find_spec(path) is None:
        progress(f"  {name}: not part of this release, skipped")
        return None
    return importlib.import_module(path)
