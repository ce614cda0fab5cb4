"""Lighthouse over the built site: performance, accessibility and best practices in headless Chromium.

    npm install --prefix /tmp/lighthouse lighthouse@12
    python -m benchmarks.site [--lighthouse /tmp/lighthouse] [--build build] [--runs 3] [--failures]

Three pages: home, the model's page with the most sources, and the page with the most cells in tables. They are served
by this program as static hosts serve files, compressed with gzip and with a day to keep them; the phone is the one that
Lighthouse makes up (four times slower, 1.6 Mbit/s). Scores are out of 100, the median of the runs. The peer is a page
of bare HTML, the home page's text without theme and script: what performance is at best here. `--failures` names what
costs points. The last line is JSON.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

from tests.site.chromium import installed

CATEGORIES = ("performance", "accessibility", "best-practices")
BARE = "bare.html"
CHROMIUM = "--headless=new --no-sandbox --disable-dev-shm-usage"
TEXTS = (".html", ".css", ".js", ".json", ".svg", ".txt")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site", description="Lighthouse over the built site.")
    parser.add_argument("--lighthouse", type=Path, default=Path("/tmp/lighthouse"), help="folder that npm installed to")
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--failures", action="store_true", help="name the audits that cost points")
    options = parser.parse_args()
    program = options.lighthouse / "node_modules/.bin/lighthouse"
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        shutil.copytree(options.build / "site", site)
        (site / BARE).write_text(bare((site / "index.html").read_text()))
        with served(site) as address:
            print(json.dumps(measure(program, site, address, options.runs, options.failures)))


def measure(program: Path, site: Path, address: str, runs: int, failures: bool) -> dict[str, Any]:
    """Scores by page and device."""
    found: dict[str, Any] = {}
    for page in (BARE, *chosen(site)):
        for device in ("phone", "desktop"):
            reports = [report(program, f"{address}/{page}", device) for _ in range(runs)]
            found.setdefault(page, {})[device] = scores = median(reports)
            print(f"{page:<40} {device:<8}", *(f"{name} {score:.0f}" for name, score in scores.items()))
            if failures:
                print("\n".join(costs(reports[-1])))
    least = min(
        score for page, held in found.items() if page != BARE for one in held.values() for score in one.values()
    )
    return {"runs": runs, "least": least, "pages": found}


def chosen(site: Path) -> list[str]:
    """Home, the model with the most sources, the page with the most cells."""
    sources, cells = {}, {}
    for path in sorted(site.rglob("*.html")):
        html, name = path.read_text(), str(path.relative_to(site))
        cells[name] = html.count("<td")
        if name.startswith("models/"):
            sources[name] = html.count('id="source-')
    return ["index.html", max(sources, key=sources.__getitem__), max(cells, key=cells.__getitem__)]


def bare(html: str) -> str:
    """The article of a page alone."""
    article = re.search(r"<article.*?</article>", html, re.DOTALL)
    assert article, "the theme has no <article> any more"
    viewport = '<meta name="viewport" content="width=device-width,initial-scale=1">'
    head = f"<!doctype html><html lang=en><title>Home</title><meta charset=utf-8>{viewport}"
    return (
        f'{head}<link rel=icon href="data:,"><meta name="description" content="Home"><main>{article[0]}</main></html>'
    )


def report(program: Path, address: str, device: str) -> dict[str, Any]:
    """What Lighthouse finds in one run."""
    chosen = ["--preset=desktop"] if device == "desktop" else []
    only = f"--only-categories={','.join(CATEGORIES)}"
    command = [str(program), address, "--quiet", "--output=json", only, f"--chrome-flags={CHROMIUM}", *chosen]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment["CHROME_PATH"] = installed() or ""
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    held: dict[str, Any] = json.loads(result.stdout)
    assert "runtimeError" not in held, held["runtimeError"]
    return held


def median(reports: list[dict[str, Any]]) -> dict[str, float]:
    return {
        name: round(100 * statistics.median(one["categories"][name]["score"] for one in reports), 1)
        for name in CATEGORIES
    }


def costs(found: dict[str, Any]) -> Iterator[str]:
    """The audits that take points off, with what each found first."""
    weights = {
        audit["id"]: audit["weight"]
        for one in found["categories"].values()
        for audit in one["auditRefs"]
        if audit["weight"]
    }
    for name in weights:
        audit = found["audits"][name]
        if audit["score"] is not None and audit["score"] < 1:
            items = audit.get("details", {}).get("items", [])
            places = [one["node"]["snippet"] for one in items if isinstance(one, dict) and "node" in one]
            yield f"    {name} {audit['score']} {audit.get('displayValue', '')} {' | '.join(places[:3])}"


class Handler(SimpleHTTPRequestHandler):
    """Files as static hosts send them: texts compressed, all with a day to keep."""

    def send_head(self) -> BinaryIO | None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return None
        body = path.read_bytes()
        small = path.suffix in TEXTS
        body = gzip.compress(body, 6, mtime=0) if small else body
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=86400")
        if small:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format: str, *parts: Any) -> None:
        """Nothing: the figures are what is read."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of a server of the folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


if __name__ == "__main__":
    main()
