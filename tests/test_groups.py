"""What tests of a group share is made once, as long as pytest-xdist sees the groups: under pytest 9.2 it does not."""

import os

import pytest


@pytest.mark.xdist_group("groups")
def test_a_test_is_in_its_group(request: pytest.FixtureRequest) -> None:
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@groups")
