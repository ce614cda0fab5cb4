"""An http session that repeats what a server refuses for now; urllib3 does the waiting, `Retry-After` included."""

from __future__ import annotations

import logging
import sys

import requests
from requests.adapters import HTTPAdapter
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from stages.collect import Network

BUSY = (429, 500, 502, 503, 504)
LONG = 10  # seconds; who waits longer is told why


class Again(Retry):
    """The repetitions of one request."""

    def sleep_for_retry(self, response: BaseHTTPResponse) -> bool:
        seconds = self.get_retry_after(response) or 0
        if seconds >= LONG:
            print(f"collect: a server asks us to wait {seconds:.0f} s (HTTP {response.status})", file=sys.stderr)
        return super().sleep_for_retry(response)


def session(network: Network) -> requests.Session:
    """A session with the manners of a source."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # a repetition is no news; its end is, and web.py tells it
    again = Again(
        total=network.retries,
        status_forcelist=BUSY,
        backoff_factor=network.seconds_between,
        backoff_max=network.longest_wait,
        retry_after_max=int(network.longest_wait),
        raise_on_status=False,
    )
    made = requests.Session()
    made.headers.update({"User-Agent": network.agent, "Accept-Encoding": "identity"})
    for scheme in ("http://", "https://"):
        made.mount(scheme, HTTPAdapter(max_retries=again))
    return made
