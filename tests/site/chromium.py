"""Chromium without a window, driven by its DevTools protocol over a pair of pipes: no port, no network, no driver."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --remote-debugging-pipe"
LAUNCH = 'exec "$@" 3<&"$COMMANDS" 4>&"$ANSWERS"'  # where Chromium looks for the two pipes
HIGH = 10  # descriptors that the launch may give no other meaning
SOME = 1 << 16  # bytes to read at once
PATIENCE = 30  # seconds until something that a page should do counts as not done


def installed() -> str | None:
    """The program, by the names it goes by."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Tab:
    """One tab: what it asked for, and the dialogs that a script opened, are kept."""

    def __init__(self, commands: int, answers: int) -> None:
        self.commands, self.answers = commands, answers
        self.last, self.session, self.held = 0, "", b""
        self.asked: list[str] = []
        self.dialogs: list[str] = []
        self.loads = 0
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give a command and wait for its answer."""
        number = self._write(method, parameters)
        while True:
            message = self._read()
            if message.get("id") == number:
                assert "error" not in message, (method, message["error"])
                return message["result"]

    def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded."""
        before = self.loads
        failed = self.send("Page.navigate", url=address).get("errorText")
        assert not failed, (address, failed)
        while self.loads == before:
            self._read()

    def run(self, script: str) -> Any:
        """The value of an expression on the page."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, (script, answer["exceptionDetails"])
        return answer["result"].get("value")

    def wait(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.02)

    def point(self, selector: str) -> None:
        """Move the mouse over an element, first into view."""
        script = f"(() => {{ const one = document.querySelector({json.dumps(selector)}); "
        script += "one.scrollIntoView({block: 'center', behavior: 'instant'}); "
        script += "const box = one.getBoundingClientRect(); "
        x, y = self.run(script + "return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def press(self, key: str) -> None:
        """Press and release a key that has no letter."""
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def _write(self, method: str, parameters: dict[str, Any]) -> int:
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        message |= {"sessionId": self.session} if self.session else {}
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        return self.last

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self.held:
            assert select.select([self.answers], [], [], PATIENCE)[0], "Chromium says nothing"
            more = os.read(self.answers, SOME)
            assert more, "Chromium has gone"
            self.held += more
        text, _, self.held = self.held.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        event = message.get("method")
        if event == "Network.requestWillBeSent":
            self.asked.append(message["params"]["request"]["url"])
        elif event == "Page.loadEventFired":
            self.loads += 1
        elif event == "Page.javascriptDialogOpening":
            self.dialogs.append(message["params"]["message"])
            self._write("Page.handleJavaScriptDialog", {"accept": True})
        return message


@contextmanager
def chromium(program: str, profile: Path) -> Iterator[Tab]:
    """A fresh Chromium with one tab, ended afterwards."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    commands, answers = (fcntl.fcntl(end, fcntl.F_DUPFD, HIGH) for end in (theirs_in, theirs_out))
    environment = os.environ | {"COMMANDS": str(commands), "ANSWERS": str(answers)}
    process = subprocess.Popen(
        ["bash", "-c", LAUNCH, "bash", program, *FLAGS.split(), f"--user-data-dir={profile}"],
        pass_fds=(commands, answers), env=environment, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    for end in (theirs_in, theirs_out, commands, answers):
        os.close(end)
    try:
        yield Tab(ours_out, ours_in)
    finally:
        process.kill()
        process.wait()
        os.close(ours_out)
        os.close(ours_in)
