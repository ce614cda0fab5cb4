"""The site is built once for all its tests: they are of one group of xdist, so that one worker has them."""

from pathlib import Path

import pytest

from tests.site.pages import PAGES, build


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site"), PAGES)
