"""The entry point of every stage: from a resolved config file to outputs that are whole or not there.

    if __name__ == "__main__":
        run(__spec__, stage)

reads   build/conf/<stage>.yaml, and the inputs that the stage function names with `reads(...)`
writes  what it names with `writes(...)`, and the metrics it returns to build/metrics/<stage>.json

A stage function is pure: `stage(config, *, elements=reads("elements"), facts=writes("facts")) -> metrics`. Outputs are
written under build/.new and renamed when the function has returned, so a stage that is killed leaves its old output or
its new one; what it had written of a persistent one is `unfinished` for the next run. `python -m stages.embed
chunks=/tmp/chunks` runs it alone with another path.
"""

from __future__ import annotations

import stages.core.run.offline  # noqa: F401  (before any heavy import)

import errno
import inspect
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from stages.core import ready
from stages.core.run.config import load
from stages.core.run.errors import UserError
from stages.core.run.rates import keep

BUILD = Path("build")
NEW = ".new"
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
WAITING = "OMP_WAIT_POLICY"
Metrics = Mapping[str, Any]


@dataclass(frozen=True)
class Reads:
    """An input: a file or folder under build/."""

    name: str


@dataclass(frozen=True)
class Writes:
    """An output under build/; a persistent one is kept between runs, so that a stage may update it."""

    name: str
    persist: bool


def reads(name: str) -> Any:
    """Declare an input of a stage function: build/<name>."""
    return Reads(name)


def writes(name: str, *, persist: bool = False) -> Any:
    """Declare an output of a stage function: build/<name>."""
    return Writes(name, persist)


def ports(stage: Callable[..., Metrics]) -> dict[str, Reads | Writes]:
    """The inputs and outputs that a stage function declares, by argument name."""
    defaults = {name: p.default for name, p in inspect.signature(stage).parameters.items()}
    return {name: port for name, port in defaults.items() if isinstance(port, Reads | Writes)}


def previous(new: Path) -> Path:
    """The output of the last run, for the fresh path that a stage was given to write to (it may not exist)."""
    return new.parent.parent / new.name if new.parent.name == NEW else new


def unfinished(new: Path) -> Path:
    """What killed runs had written of a persistent output, for its fresh path (it may not exist)."""
    return new.with_name(f"{new.name}.unfinished")


def run(spec: Any, stage: Callable[..., Metrics]) -> None:
    """Run the stage function of the module with import spec `spec` as a command; exits 2 on a user's mistake."""
    name = spec.name.removesuffix(".__main__").rpartition(".")[2]
    try:
        execute(name, stage, dict(argument.split("=", 1) for argument in sys.argv[1:]))
    except UserError as error:
        sys.exit(_say(name, str(error), 2))
    except Exception as error:
        if not _disk_is_full(error):
            raise
        where = getattr(error, "filename", None) or BUILD
        sys.exit(_say(name, f"no space left on the disk ({where}); free some and run again", 2))
    except KeyboardInterrupt:
        sys.exit(_say(name, "interrupted; the old output is kept", 130))


def _disk_is_full(error: Exception) -> bool:
    """Libraries in other languages say it in words of their own kind of error."""
    return getattr(error, "errno", None) == errno.ENOSPC or os.strerror(errno.ENOSPC) in str(error)


def _say(name: str, message: str, code: int) -> int:
    print(f"{name}: {message}", file=sys.stderr)
    return code


def execute(name: str, stage: Callable[..., Metrics], paths: Mapping[str, str] | None = None) -> Metrics:
    """Load the config, check the libraries, call the stage, put its outputs in place. Returns its metrics."""
    started = time.monotonic()
    config, libraries = load(get_type_hints(stage)["config"], BUILD / "conf" / f"{name}.yaml")
    check_libraries(libraries)
    settle(name, config)
    metrics_port = {"metrics": Writes(f"metrics/{name}.json", persist=False)}
    places = _places({**ports(stage), **metrics_port}, paths or {})
    fresh = {key: _fresh(path, port) for key, (port, path) in places.items() if isinstance(port, Writes)}
    inputs = {key: path for key, (port, path) in places.items() if isinstance(port, Reads)}
    for path in inputs.values():
        if not path.exists():
            raise UserError(f"{path}: not there; run `dvc repro {name}`")
    metrics_file = fresh.pop("metrics")
    metrics = stage(config, **inputs, **fresh)
    metrics_file.write_text(json.dumps(metrics, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for key, path in {**fresh, "metrics": metrics_file}.items():
        _put(path, places[key][1])
    for path in fresh.values():
        _remove(unfinished(path))
    seconds = time.monotonic() - started
    keep(name, seconds)
    print(f"{name}: done in {seconds:.1f} s {_short(metrics)}", file=sys.stderr)
    return metrics


def check_libraries(libraries: Mapping[str, str]) -> None:
    """Refuse to run on other library versions than the lock names: the bytes would not be those of this build."""
    from importlib.metadata import PackageNotFoundError, version

    for library, locked in libraries.items():
        try:
            found = version(library).partition("+")[0]
        except PackageNotFoundError:
            raise UserError(f"{library} is not installed; run `make setup`") from None
        if found != locked:
            raise UserError(f"{library} {found} is installed, requirements.lock says {locked}; run `make setup`")


def settle(name: str, config: Any) -> None:
    """Fix what would differ between two runs: seeds, and the number of threads that split a sum."""
    random.seed(getattr(config, "seed", 0))
    threads = getattr(config, "threads", 1)
    if threads != 1 and ready.forked:
        ready.alone(f"stages.{name}", sys.argv[1:])
    set_threads(threads)


def set_threads(number: int) -> None:
    """How many threads libraries start that are imported from now on."""
    os.environ |= dict.fromkeys(THREADS, str(number))
    os.environ.setdefault(WAITING, "PASSIVE")  # threads that spin for a busy core take ten times as long


def _places(wanted: Mapping[str, Reads | Writes], given: Mapping[str, str]) -> dict[str, tuple[Reads | Writes, Path]]:
    for key in given:
        if key not in wanted:
            raise UserError(f"{key}: no such input or output; there are: {', '.join(sorted(wanted))}")
    return {key: (port, Path(given.get(key, BUILD / port.name))) for key, port in wanted.items()}


def _fresh(path: Path, port: Writes) -> Path:
    """The path to write to, with nothing there; what a killed run wrote of a persistent output is put aside."""
    new = path.parent / NEW / path.name
    if port.persist and new.is_dir():
        unfinished(new).mkdir(exist_ok=True)
        for file in new.iterdir():
            if file.is_file():
                file.replace(unfinished(new) / file.name)
    _remove(new)
    new.parent.mkdir(parents=True, exist_ok=True)
    return new


def _put(new: Path, path: Path) -> None:
    assert new.exists(), f"the stage did not write {new}"
    old = new.with_name(f"{new.name}.old")
    _remove(old)
    if path.is_dir():
        path.rename(old)
    new.replace(path)
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _short(metrics: Metrics) -> str:
    shown = {key: value for key, value in metrics.items() if isinstance(value, int | float | str)}
    return ", ".join(
        f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in shown.items()
    )
