"""Fetches answers of a feed: only from the host its file names, whole, bounded, and again with patience."""

from __future__ import annotations

import email.utils
import os
import pathlib
import random
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

import httpx2

from plumbline import errors
from plumbline.pulls import Feed, Secret

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
LONGEST_TOLD_SECONDS: Final = 600.0
REDIRECTS_MOST: Final = 3
SECRET_BYTES_MAX: Final = 16 * 1024
AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
MOVED: Final = frozenset({301, 302, 303, 307, 308})
_PORTS: Final = {"http": 80, "https": 443}

T = TypeVar("T")


class Gone(errors.PlumblineError):
    """The feed does not know the page that was asked for."""

    code = "page_gone"


class NotFetched(errors.PlumblineError):
    """The feed refuses, answers something else, or did not answer however often it was asked."""

    code = "not_fetched"


class Broken(errors.PlumblineError):
    """One answer that is not whole or not what it should be; asking again may help."""

    code = "broken_answer"


@dataclass(frozen=True, slots=True)
class Body:
    """An answer, whole: its bytes unpacked, its media type and charset in small letters, its `next` link."""

    content: bytes
    media: str
    charset: str
    link: str | None


class Fetcher:
    """One feed's connection. `sleep` and `now` are arguments for tests."""

    def __init__(
        self,
        feed: Feed,
        *,
        say: Callable[[str], None],
        folder: pathlib.Path,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._feed, self._say, self._sleep = feed, say, sleep
        self._client = httpx2.Client(
            headers={"Accept": "application/json, application/x-ndjson", **_headers(feed, folder)},
            timeout=httpx2.Timeout(feed.timeout_s),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def resolve(self, told: str, within: str) -> str:
        """An address the feed told, made whole; NotFetched where it leads to another host, port or scheme."""
        url = urllib.parse.urljoin(within, told)
        if origin(url) != origin(self._feed.url):
            raise NotFetched(
                f"The feed leads to another host: {url[:200]}",
                why=f"Only {urllib.parse.urlsplit(self._feed.url).netloc} is asked, as its file says.",
                next="If that host is meant, write it into the file.",
            )
        return url

    def fetch(self, url: str, parameters: Mapping[str, str], read: Callable[[Body], T], *, first: bool) -> T:
        """What `read` makes of an answer. It raises Broken for one that is not whole, and then, as after a busy
        or absent server, the feed is asked again. Gone for a page the feed does not know (not the first)."""
        asked = 0
        while True:
            try:
                return read(self._once(url, parameters, first=first))
            except _Busy as busy:
                why, told = str(busy), busy.wait_s
            except (Broken, httpx2.TransportError, httpx2.DecodingError) as failure:
                why, told = _words(failure), None
            if asked >= self._feed.retries:
                raise NotFetched(
                    f"{self._feed.url} did not answer as it should, asked {asked + 1} times: {why}",
                    next="Ask who runs it; pulling goes on from the same place.",
                )
            pause = min(FIRST_PAUSE_SECONDS * 2**asked, LONGEST_PAUSE_SECONDS)
            wait = told if told is not None else pause * (0.5 + random.random())  # noqa: S311 - spreads pullers only
            self._say(f"waiting {wait:.1f} s: {why}")
            self._sleep(wait)
            asked += 1

    def _once(self, url: str, parameters: Mapping[str, str], *, first: bool) -> Body:
        until = time.monotonic() + self._feed.timeout_s
        target = httpx2.URL(url)
        if parameters:
            target = target.copy_merge_params(dict(parameters))
        for _ in range(REDIRECTS_MOST + 1):
            with self._client.stream("GET", target) as response:
                status = response.status_code
                if status in MOVED and (to := response.headers.get("location")):
                    target = httpx2.URL(self.resolve(to, str(target)))
                    continue
                if status in AGAIN:
                    raise _Busy(f"{status}", _retry_after(response.headers.get("retry-after", "")))
                if not first and status in self._feed.gone:
                    raise Gone(f"The feed answers {status} to the page that was asked for")
                if status != 200:
                    raise NotFetched(
                        f"{self._feed.url} answers {status}",
                        next="Look at the address and at the secret of its headers.",
                    )
                return self._whole(response, until)
        raise NotFetched(f"{self._feed.url} leads in a circle", next="Write the final address into the file.")

    def _whole(self, response: httpx2.Response, until: float) -> Body:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self._feed.answer_bytes:
                raise NotFetched(
                    f"An answer has more than {self._feed.answer_bytes:,} bytes",
                    next="Ask for fewer rows a page, or raise answer_mib in the feed's file.",
                )
            if time.monotonic() > until:
                raise Broken(f"The answer was not whole after {self._feed.timeout_s} s")
            parts.append(part)
        media, _, rest = response.headers.get("content-type", "").lower().partition(";")
        charset = rest.partition("charset=")[2].strip(' "') or "utf-8"
        link = response.links.get("next", {}).get("url")
        whole = self.resolve(link, str(response.url)) if link else None
        return Body(b"".join(parts), media.strip(), charset, whole)


class _Busy(Exception):
    def __init__(self, why: str, wait_s: float | None) -> None:
        super().__init__(why)
        self.wait_s = wait_s


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address, as two may be compared."""
    parts = urllib.parse.urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    at = "@" if "@" in parts.netloc else ""
    return parts.scheme, at + (parts.hostname or ""), port


def secret(where: Secret, folder: pathlib.Path) -> str:
    """The secret itself; errors.BadInput where it is not there. A relative file stands beside the feed's file."""
    if where.env:
        text = os.environ.get(where.env, "")
        place = f"the environment variable {where.env}"
    else:
        place = f"the file {where.file}"
        try:
            text = (folder / where.file).read_text("utf-8")[:SECRET_BYTES_MAX]
        except (OSError, UnicodeDecodeError):
            text = ""
    text = text.strip()
    if not text or not text.isprintable():
        raise errors.BadInput(f"There is no secret in {place}", next="Put it there, on one line.")
    return where.prefix + text


def _headers(feed: Feed, folder: pathlib.Path) -> dict[str, str]:
    return {one.name: secret(one.secret, folder) if one.secret else one.text for one in feed.headers}


def _retry_after(told: str) -> float | None:
    """Seconds told as a number or a date, at most ten minutes; None where none can be read."""
    if told.strip().isdigit():
        return min(float(told), LONGEST_TOLD_SECONDS)
    try:
        moment = email.utils.parsedate_to_datetime(told)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, min((moment - datetime.now(UTC)).total_seconds(), LONGEST_TOLD_SECONDS))


def _words(failure: Exception) -> str:
    if isinstance(failure, errors.PlumblineError):
        return str(failure)
    return f"no whole answer ({type(failure).__name__})"
