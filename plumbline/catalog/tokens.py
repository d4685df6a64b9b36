"""The words of an expression, cut apart before any parser sees them: what is not listed here is refused by
name.

Every name, literal and function is replaced by a placeholder, so that the parser sees structure only and no
word of a court's vocabulary (`to`, `from`, `year`, `method`) can change what the parser takes it for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from plumbline.catalog import faults

MOST_TOKENS = 400
MOST_LEVELS = 40
LARGEST_LITERAL = 10**15

#: Every word with a meaning of its own. Anything else of that shape is a name or a function.
KEYWORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "between",
        "is",
        "null",
        "case",
        "when",
        "then",
        "else",
        "end",
        "true",
        "false",
    ]
)

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<comment>--|/\*|\*/)"
    r"|(?P<sign><=|>=|<>|!=|[=<>+\-*(),])"
)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_INSTEAD = {
    ";": "write one expression without `;`",
    '"': "write text in single quotes ('judgment') and names without quotes",
    "/": "keep integers here; a division belongs in an indicator's formula",
    "%": "keep integers here; a share belongs in an indicator's formula",
    ".": "write the name of a fact or field alone",
    "|": "a text cannot be put together; compare it as it is",
    "’": "write straight quotes: 'judgment'",
    "‘": "write straight quotes: 'judgment'",
    "“": "write straight quotes: 'judgment'",
    "，": "write the half-width comma `,`",
    "（": "write half-width brackets `(` `)`",
    "）": "write half-width brackets `(` `)`",
    "＝": "write the half-width sign `=`",
}


@dataclass(frozen=True, slots=True)
class Sketch:
    """An expression as placeholders, and what each placeholder stands for.

    `n…` are names, `f_…` functions, `k…` constants (text, integer or Day).
    """

    text: str
    names: dict[str, str]
    constants: dict[str, object]
    brackets: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def sketch(text: str) -> Sketch:
    """The expression with every name and literal replaced; raises Unreadable."""
    tokens = list(_tokens(text))
    if not tokens:
        raise faults.Unreadable("the expression is empty", "write a condition, such as `outcome = 'altered'`")
    if len(tokens) > MOST_TOKENS:
        raise faults.Unreadable(
            f"the expression has {len(tokens)} words and signs, more than {MOST_TOKENS}",
            "derive facts for its parts and name them here",
        )
    _check_levels(tokens)
    return _replace(tokens)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            sign = text[at]
            what = "a text that is not closed by '" if sign == "'" else f"the sign {sign!r}"
            raise faults.Unreadable(
                f"{what} cannot stand in an expression",
                _INSTEAD.get(sign, "use names, numbers, 'text' and = <> < <= > >= + - * ( ) , only"),
            )
        kind = match.lastgroup or ""
        if kind == "comment":
            raise faults.Unreadable(
                f"`{match.group()}` begins a comment, so the rest would silently be dropped",
                "write a space between two minus signs, and comments in YAML after #",
            )
        if kind != "space":
            yield _Token(kind, match.group())
        at = match.end()


def _check_levels(tokens: list[_Token]) -> None:
    """Refuse what is nested too deeply, counting brackets, cases and runs of `not` and unary minus."""
    outer: list[int] = []
    run = 0
    before: _Token | None = None
    for token in tokens:
        word = token.text
        prefix = word == "not" or (word == "-" and (before is None or _opens_operand(before)))
        if prefix:
            run += 1
        elif word in ("(", "case"):
            outer.append(run + 1)
            run = 0
        elif word in (")", "end"):
            if not outer:
                raise faults.Unreadable(f"`{word}` closes nothing", "write it once for each opening one")
            run = 0
            outer.pop()
        else:
            run = 0
        if run + sum(outer) > MOST_LEVELS:
            raise faults.Unreadable(
                f"the expression is nested more than {MOST_LEVELS} levels deep", "derive facts for its parts"
            )
        before = token
    if outer:
        raise faults.Unreadable("a bracket or case is not closed", "write `)` or `end` for each opening one")


def _opens_operand(token: _Token) -> bool:
    return (token.kind == "sign" and token.text != ")") or token.text in KEYWORDS - {
        "end",
        "null",
        "true",
        "false",
    }


def _replace(tokens: list[_Token]) -> Sketch:
    out: list[str] = []
    names: dict[str, str] = {}
    constants: dict[str, object] = {}
    at = 0
    while at < len(tokens):
        token = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.kind == "text" and after is not None and after.kind == "text":
            raise faults.Unreadable(
                f"two texts stand side by side: {token.text} {after.text}", "write a comma between them"
            )
        if token.text == "date" and after is not None and after.kind == "text":
            out.append(_constant(constants, _day(after.text)))
            at += 1
        elif token.kind == "text":
            out.append(_constant(constants, token.text[1:-1].replace("''", "'")))
        elif token.kind == "number":
            out.append(_constant(constants, _integer(token.text)))
        elif token.kind == "word" and token.text not in KEYWORDS:
            out.append(_word(names, token.text, called=after is not None and after.text == "("))
        else:
            out.append(token.text)
        at += 1
    return Sketch(" ".join(out), names, constants, sum(token.text == "(" for token in tokens))


def _constant(constants: dict[str, object], value: object) -> str:
    key = f"k{len(constants)}"
    constants[key] = value
    return key


def _word(names: dict[str, str], word: str, *, called: bool) -> str:
    if _NAME.match(word) is None:
        lower = word.lower()
        hint = f"write `{lower}`" if _NAME.match(lower) else "begin with a letter"
        raise faults.Unreadable(f"`{word}` is not a name: names are a-z, 0-9 and _, in lower case", hint)
    if called:
        return f"f_{word}"
    key = f"n{len(names)}"
    names[key] = word
    return key


def _integer(text: str) -> int:
    if "." in text:
        raise faults.Unreadable(
            f"{text} is not an integer", "count in smaller units (分, days, minutes), as integers"
        )
    value = int(text) if len(text) < 40 else LARGEST_LITERAL + 1
    if value > LARGEST_LITERAL:
        raise faults.Unreadable(f"{text[:40]} is larger than 10^15", "write an integer up to 10^15")
    return value


@dataclass(frozen=True, slots=True)
class Day:
    """A day written as a literal; at run time a day is its proleptic ordinal."""

    ordinal: int


def _day(quoted: str) -> Day:
    try:
        if DATE.fullmatch(quoted[1:-1]) is None:
            raise ValueError(quoted)
        return Day(date.fromisoformat(quoted[1:-1]).toordinal())
    except ValueError:
        raise faults.Unreadable(f"{quoted} is not a day", "write date '2020-01-31'") from None
