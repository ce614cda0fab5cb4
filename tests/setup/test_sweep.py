"""What `litmill sweep` refuses before any work, in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from litmill.sweep import check_arguments
from stages.core.run.errors import UserError

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "conf").symlink_to(ROOT / "conf")
    (tmp_path / "params.yaml").write_text("profile: tiny\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ["--multirun", "model=tiny-llama,tiny-qwen3", "train.rank=4,8"],
        ["--multirun", "hydra/sweeper=optuna", "train.rank=choice(4,8)", "train.learning_rate=interval(1e-5,1e-3)"],
        ["--multirun", "+train.rank=range(4,8)"],
        ["--help"],
    ],
)
def test_what_can_be_swept(arguments: list[str]) -> None:
    check_arguments(arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to sweep"),
        (["--multirun", "hydra/sweeper=optuna"], "nothing to sweep"),
        (["--multirun", "trian.rank=4,8"], "trian: no such key; did you mean 'train'?"),
        (["--multirun", "train.rnak=choice(4,8)"], "train.rnak: no such key; did you mean 'rank'?"),
        (["--multirun", "train.learning_rat=interval(0,1)"], "did you mean 'learning_rate'?"),
        (
            ["--multirun", "model=tiny-llama,tiny-lama"],
            "no option 'tiny-lama' in conf/model/; did you mean 'tiny-llama'?",
        ),
        (["--multirun", "train.rank=4,0"], "train.rank: found 0"),
        (["--multirun", "train.rank=choice(4"], "choice(4"),
        (["--multirun", "train=short", "train.rank=4,8"], "train.rank: DVC would put it in the place"),
    ],
)
def test_what_cannot(arguments: list[str], said: str) -> None:
    with pytest.raises(UserError) as refused:
        check_arguments(arguments)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_option_of_params_that_dvc_would_drop(project: Path) -> None:
    (project / "params.yaml").write_text("profile: tiny\ntrain: short\n")
    with pytest.raises(UserError, match=r"train\.rank: DVC would put it"):
        check_arguments(["--multirun", "train.rank=4,8"])
