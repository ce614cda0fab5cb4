"""`litmill watch [stage ...]`: build, and build again when a document or a setting changes.

Starts the server that has the stages' libraries loaded (litmill/ready), so what follows a change costs the change;
every `dvc repro` in this project makes use of it, also one that is typed elsewhere, until this ends (Ctrl-C). Watched
are `documents`, `gold`, params.yaml and conf/. A build that fails says why, and the next change starts another.
"""

from __future__ import annotations

import argparse
import queue
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from stages.core.run.errors import UserError

QUIET = 0.3  # seconds without a change before a build: an editor writes in several steps
SETTINGS = ("params.yaml", "conf")
NAMED = ("documents", "gold")  # keys of params.yaml that hold a path
READ = ("opened", "closed_no_write")  # events that change nothing


def main(arguments: list[str]) -> int:
    """Exit code 0, after Ctrl-C or a SIGTERM. Raises UserError outside a project."""
    parser = argparse.ArgumentParser(prog="litmill watch", description=__doc__.partition("\n\n")[0])
    parser.add_argument("stages", nargs="*", help="up to these stages; without any: everything")
    targets: list[str] = parser.parse_args(arguments).stages
    if not Path(".dvc").is_dir() or not Path("dvc.yaml").is_file():
        raise UserError("no project here; change to the folder that has dvc.yaml")
    Path(".dvc/tmp").mkdir(exist_ok=True)
    server = subprocess.Popen([sys.executable, "-m", "litmill.ready.server"])
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what runs in the background without the first one
        signal.signal(number, signal.default_int_handler)
    changes: queue.Queue[str] = queue.Queue()
    observer = observe(watched(), changes)
    try:
        while True:
            _build(targets)
            print(f"litmill watch: {_settled(changes)} changed", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    finally:
        observer.stop()
        server.terminate()
        server.wait()


def watched() -> list[Path]:
    """The files and folders whose change starts a build, as absolute paths."""
    held = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8")) or {}
    named = [str(held[key]) for key in NAMED if held.get(key)]
    return [path.absolute() for path in map(Path, (*SETTINGS, *named)) if path.exists()]


def observe(paths: list[Path], changes: queue.Queue[str]) -> Any:
    """Put the path of each change at or below `paths` into `changes`, from a thread of its own, until it is stopped."""
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            for path in map(Path, filter(None, map(str, (event.src_path, event.dest_path)))):
                if event.event_type not in READ and any(path == one or one in path.parents for one in paths):
                    changes.put(str(path))

    observer = Observer()
    for path in paths:
        observer.schedule(Handler(), str(path if path.is_dir() else path.parent), recursive=path.is_dir())
    observer.start()
    return observer


def _build(targets: list[str]) -> None:
    started = time.monotonic()
    code = subprocess.run(["dvc", "repro", *targets], check=False).returncode
    said = "up to date" if code == 0 else f"the build failed (exit code {code})"
    print(f"litmill watch: {said} after {time.monotonic() - started:.1f} s; waiting for a change", file=sys.stderr)


def _settled(changes: queue.Queue[str]) -> str:
    """Wait for a change, and then until there is none for a moment; gives the first one's path."""
    first = changes.get()
    try:
        while True:
            changes.get(timeout=QUIET)
    except queue.Empty:
        return first
