"""Two workers share two cores: one thread each is faster than two that wait for one another. Long tests go first."""

import os

import pytest

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

TURNS = {"build": 0, "weights": 1, "core": 1, "commands": 2}
LAST = 3
LONG = 80  # characters of a text that is no name of a test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long groups first, so that no worker is left with one at the end; xdist hands them out in this order.

    `commands` wants the tiny build that `build` makes: the other worker has something else to do until it is there.
    """
    items.sort(key=turn)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes and long texts are no names: an archive holds the second it was made in, and workers compare names."""
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > LONG) else None


def turn(item: pytest.Item) -> int:
    """When a test comes: by its group of xdist, else by its room."""
    group = item.get_closest_marker("xdist_group")
    return TURNS.get(group.args[0] if group else item.path.parent.name, LAST)
