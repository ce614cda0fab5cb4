"""`dvc push` to a folder and to an S3 server; a fresh clone pulls and has nothing to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.conftest import free_port
from tests.pipeline.project import Project
from tests.pipeline.s3 import KEY, SECRET, make_bucket, s3_server

pytestmark = pytest.mark.xdist_group("commands")


def test_a_folder_remote(built: Project, tmp_path: Path) -> None:
    built.run("dvc", "remote", "add", "--force", "--local", "folder", str(tmp_path / "remote"))
    built.run("dvc", "push", "--remote", "folder")
    pulled = clone(built, tmp_path / "clone")
    pulled.run("dvc", "remote", "add", "--local", "folder", str(tmp_path / "remote"))
    assert_pulls_and_rests(pulled, built, "folder")


def test_an_s3_remote(built: Project, tmp_path: Path) -> None:
    with s3_server(tmp_path / "s3", free_port()) as url:
        make_bucket(url, "litmill")
        settings = {"endpointurl": url, "access_key_id": KEY, "secret_access_key": SECRET, "region": "us-east-1"}
        pulled = clone(built, tmp_path / "clone")
        for project in (built, pulled):
            project.run("dvc", "remote", "add", "--force", "--local", "s3", "s3://litmill/cache")
            for name, value in settings.items():
                project.run("dvc", "remote", "modify", "--local", "s3", name, value)
        built.run("dvc", "push", "--remote", "s3")
        assert_pulls_and_rests(pulled, built, "s3")


def clone(project: Project, path: Path) -> Project:
    project.run("git", "clone", "-q", str(project.path), str(path))
    cloned = Project(path)
    cloned.environment = dict(project.environment)
    (path / "corpus" / "damaged" / "empty-folder").mkdir()  # git keeps no empty folders
    return cloned


def assert_pulls_and_rests(pulled: Project, built: Project, remote: str) -> None:
    pulled.run("dvc", "pull", "--remote", remote)
    assert pulled.repro() == []
    page = "build/site/index.html"
    assert (pulled.path / page).read_bytes() == (built.path / page).read_bytes()
