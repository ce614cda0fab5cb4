"""A polite client: one request at a time to a host and not too often, repeated when refused, never twice for the same.

    web = Web(config.corpus.urls)
    answer = web.get("https://example.org/paper.pdf", limit=50_000_000, robots=True)

What a server said is kept (store.py) and given again without a request while `refreshed` is the same, and for ever
where it is `pinned` (the address names a revision). Otherwise the server is asked whether it changed (ETag,
Last-Modified). A transfer that stops goes on where it stopped (transfer.py). A document that cannot be had is an answer
with a reason; a source that is down or refuses for too long is a UserError.
"""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from stages.collect import Network
from stages.collect.store import Record, Store, home, sha256
from stages.collect.transfer import astray, forget, resume_headers, transfer
from stages.core.run.errors import UserError

if TYPE_CHECKING:
    import requests

GONE = (404, 410)
DOWN_AFTER = 3  # documents of one host in a row that could not be had
REDIRECTS = 10
ROBOTS_BYTES = 500_000  # what RFC 9309 wants read
ADVICE = "what was fetched is kept: run again later, or choose other sources in params.yaml"


@dataclass(frozen=True)
class Answer:
    """A document, or the reason why there is none."""

    record: Record
    body: Path
    reason: str | None = None
    detail: str | None = None

    def raw(self) -> bytes:
        """The bytes of the document."""
        return self.body.read_bytes()


class Web:
    """One source's way to the network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.store = Store(home())
        self._session: requests.Session | None = None
        self._next: dict[str, float] = {}  # host -> when it may be asked again
        self._failed: Counter[str] = Counter()  # host -> documents in a row that could not be had
        self._robots: dict[str, Any] = {}

    def get(
        self, url: str, *, limit: int | None = None, pinned: bool = False, robots: bool = False, token: str = ""
    ) -> Answer:
        """The document at `url`, of at most `limit` bytes."""
        check_address(url)
        held = self.store.find(url)
        if held and held.too_large and (limit is None or held.size <= limit):
            held = None  # it is small enough by now
        if held and (held.asked == self.network.refreshed or (pinned and held.status == 200)):
            return self._answer(held, limit)
        try:
            return self._answer(self._ask(url, held, limit, robots, token), limit)
        except _Refused as refused:
            return Answer(Record(url=url, asked="", status=0), self.store.body(url), *refused.args)

    def page(self, url: str, *, token: str = "") -> Answer:
        """What an API says at `url`; anything but a page is the end of the source."""
        answer = self.get(url, token=token)
        if answer.reason:
            self.store.forget(url)
            raise UserError(
                f"{url}: {answer.detail}; check corpus: in params.yaml and conf/corpus/, or run again later"
            )
        return answer

    def _answer(self, held: Record, limit: int | None) -> Answer:
        body = self.store.body(held.url)
        if held.status in GONE:
            return Answer(held, body, "not found", f"HTTP {held.status}")
        if held.too_large or (limit is not None and held.size > limit):
            return Answer(held, body, "too large", f"corpus.max_bytes is {limit}")
        return Answer(held, body)

    def _ask(self, url: str, held: Record | None, limit: int | None, robots: bool, token: str) -> Record:
        """Ask the server until it has said something to keep; a refusal for this document is raised as _Refused."""
        import requests

        from stages.collect.session import BUSY

        error = ""
        for attempt in range(self.network.retries + 1):
            time.sleep(min(attempt * 2**attempt * self.network.seconds_between, self.network.longest_wait))
            answered = False
            try:
                with self._open(url, held, robots, token) as response:
                    answered = True
                    if astray(response, self.store.body(url)):
                        error = f"HTTP {response.status_code}"
                        forget(self.store.body(url))
                        continue
                    if response.status_code in BUSY:  # and was, as often as we may repeat
                        error = f"HTTP {response.status_code}"
                        break
                    record = self._keep(url, response, held, limit)
                    self._failed[urlsplit(url).netloc] = 0
                    return record
            except requests.RequestException as caught:
                error = _words(caught)
                if not answered:
                    break  # tried again by now, as often as we may
        raise self._unreachable(url, error)

    def _unreachable(self, url: str, error: str) -> Exception:
        host = urlsplit(url).netloc
        self._failed[host] += 1
        if error == "HTTP 429":
            return UserError(f"{url}: the server still says that we ask too often (HTTP 429); {ADVICE}")
        if self._failed[host] >= DOWN_AFTER:
            return UserError(f"{url}: {host} cannot be reached ({error}); {ADVICE}")
        return _Refused("unreachable", error)

    def _open(self, url: str, held: Record | None, robots: bool, token: str) -> requests.Response:
        """Send the request, and those that it is redirected to; each host is asked politely and by its own rules."""
        at = url
        for _ in range(REDIRECTS):
            self._wait(at, robots)
            ours = urlsplit(at)[:2] == urlsplit(url)[:2]
            try:
                response = self._opened().get(
                    at,
                    headers=resume_headers(self.store.body(url)) or _conditions(held),
                    auth=_bearer(token) if token and ours else None,
                    timeout=self.network.timeout,
                    stream=True,
                    allow_redirects=False,
                )
            except ValueError:  # requests looks at where it is redirected, too
                raise _Refused("unreachable", "it is, or leads to, an address that is not http or https") from None
            if not response.is_redirect:
                return response
            response.close()
            at = urljoin(at, response.headers["location"])
        raise _Refused("unreachable", f"more than {REDIRECTS} redirections")

    def _keep(self, url: str, response: requests.Response, held: Record | None, limit: int | None) -> Record:
        """Put down what the server says: that nothing changed, that there is nothing, or the document."""
        if response.status_code == 304 and held:
            return self.store.keep(dataclasses.replace(held, asked=self.network.refreshed))
        if response.status_code not in (200, 206, *GONE):
            self._failed[urlsplit(url).netloc] = 0
            raise _Refused("refused by the server", f"HTTP {response.status_code}")
        following = response.links.get("next", {}).get("url")
        record = Record(
            url=url,
            asked=self.network.refreshed,
            status=200 if response.ok else response.status_code,
            etag=response.headers.get("ETag", ""),
            modified=response.headers.get("Last-Modified", ""),
            media_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            licence=response.links.get("license", {}).get("url", ""),
            following=urljoin(url, following) if following else "",
        )
        if not response.ok:
            return self.store.keep(record)
        body = self.store.body(url)
        size = transfer(response, body, limit)
        if limit is not None and size > limit:
            return self.store.keep(dataclasses.replace(record, size=size, too_large=True))
        return self.store.keep(dataclasses.replace(record, size=size, sha256=sha256(body)))

    def _wait(self, url: str, robots: bool) -> None:
        """Wait until the host may be asked again; refuse what its robots.txt forbids."""
        host = urlsplit(url).netloc
        between = self.network.seconds_between
        if robots:
            rules = self._rules(url)
            if not rules.can_fetch(url, self.network.agent):
                raise _Refused("forbidden by robots.txt", f"to {self.network.agent}")
            between = max(between, rules.crawl_delay(self.network.agent) or 0)
        time.sleep(max(0.0, self._next.get(host, 0.0) - time.monotonic()))
        self._next[host] = time.monotonic() + between

    def _rules(self, url: str) -> Any:
        """robots.txt of the host of `url`; as RFC 9309 says, one that is not there allows all."""
        from protego import Protego

        address = urljoin(url, "/robots.txt")
        if address not in self._robots:
            answer = self.get(address, limit=ROBOTS_BYTES)
            if answer.reason in ("unreachable", "too large"):
                raise _Refused("unreachable", f"robots.txt: {answer.detail}")
            text = "" if answer.reason else answer.raw().decode("utf-8", "replace")
            self._robots[address] = Protego.parse(text)
        return self._robots[address]

    def _opened(self) -> requests.Session:
        if self._session is None:
            from stages.collect.session import session

            self._session = session(self.network)
        return self._session


class _Refused(Exception):
    """A document that we may not or cannot have: reason and detail."""


def check_address(url: str) -> None:
    """Refuse an address with a password in it, which would reach the corpus. Raises UserError."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UserError(f"{url}: is no address: {error}") from None
    if "@" in parts.netloc:
        shown = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        raise UserError(f"{shown}: its address holds a name or password; take it out (~/.netrc may hold it)")


def _conditions(held: Record | None) -> dict[str, str]:
    if held is None or held.status != 200 or held.too_large:
        return {}
    given = {"If-None-Match": held.etag, "If-Modified-Since": held.modified}
    return {name: value for name, value in given.items() if value}


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return authorize


def _words(error: Exception) -> str:
    """What went wrong, without the addresses in memory that libraries put into their messages."""
    import requests

    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not valid"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was lost"
    return "no connection"
