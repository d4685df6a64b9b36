"""One tree of errors; every message says what is wrong, why, and what to do next.

    PlumblineError
    ├── BadInput            something handed in cannot be read
    │   ├── BadPeriod       ... as a reporting period
    │   ├── BadCaseNumber   ... as a case number
    │   └── BadSubject      ... as the subject of an event
    ├── UnknownCourt        a court code that no loaded court file holds
    ├── BadDefinition       a definition file is wrong, at a file and a line
    ├── NotFound            what was asked for does not exist
    ├── NotAllowed          it may exist, but not for this reader
    ├── Conflict            the same key with another content, or a change that lost a race
    ├── StaleGeneration     the work was begun under an older catalogue
    ├── Overloaded          too much waits; come back after `retry_after` seconds
    └── Unavailable         something we stand on does not answer

Expected absence is a value, never one of these. A service turns `code` into its own answer; nothing here
knows HTTP.
"""

# ruff: noqa: A002 - the names are what the messages and the API call these things, and `next` is what to do
# next.

from __future__ import annotations


class PlumblineError(Exception):
    """The root: `what` happened, `why`, and what to do `next`; each a plain sentence, the last two may be
    empty."""

    code = "error"

    def __init__(self, what: str, *, why: str = "", next: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next = next

    def __str__(self) -> str:
        return " ".join(_sentence(part) for part in (self.what, self.why, self.next) if part)

    def __reduce__(self) -> tuple[object, ...]:
        # The keyword-only arguments would be lost when an error crosses from a worker process.
        return _restored, (type(self), self.__dict__)


class BadInput(PlumblineError):
    """Something handed in cannot be read."""

    code = "bad_input"


class BadPeriod(BadInput):
    """A text or a pair of days is no reporting period."""

    code = "bad_period"


class BadCaseNumber(BadInput):
    """A text is no case number."""

    code = "bad_case_number"


class BadSubject(BadInput):
    """A text names no case, register entry, docket or court."""

    code = "bad_subject"


class UnknownCourt(PlumblineError):
    """A court code that no loaded court file holds."""

    code = "unknown_court"


class BadDefinition(PlumblineError):
    """A definition file is wrong; `file` as it was named, `line` counted from 1, or 0 when no line is to
    blame."""

    code = "bad_definition"

    def __init__(self, what: str, *, file: str = "", line: int = 0, why: str = "", next: str = "") -> None:
        super().__init__(what, why=why, next=next)
        self.file = file
        self.line = line

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        return f"{place}: {super().__str__()}" if place else super().__str__()


class NotFound(PlumblineError):
    """What was asked for does not exist, or not for this reader: the two are not told apart."""

    code = "not_found"


class NotAllowed(PlumblineError):
    """The reader may not do or see this."""

    code = "not_allowed"


class Conflict(PlumblineError):
    """The same key with another content, or a change that lost a race."""

    code = "conflict"


class StaleGeneration(PlumblineError):
    """The work was begun under an older catalogue than the one in force; step aside and start again."""

    code = "stale_generation"


class Overloaded(PlumblineError):
    """Too much waits to be taken in; come back after `retry_after` seconds."""

    code = "overloaded"

    def __init__(self, what: str, *, retry_after: int = 5, why: str = "", next: str = "") -> None:
        super().__init__(what, why=why, next=next)
        self.retry_after = retry_after


class Unavailable(PlumblineError):
    """Something we stand on (the database, a peer) does not answer."""

    code = "unavailable"


def _sentence(part: str) -> str:
    return part if part.endswith((".", "!", "?", "。", "：", ":")) else f"{part}."


def _restored(kind: type[PlumblineError], state: dict[str, object]) -> PlumblineError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    error.args = (state["what"],)
    return error
