"""generate: what it wrote is imported, counted and trained."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
import yaml

from stages.generate import Config
from stages.generate.__main__ import stage
from stages.specify.__main__ import stage as specify
from tests.specify.builders import request, write_knowledge

VARIANTS: dict[str, dict[str, Any]] = {
    "llama": {},
    "medium": {"option": "medium"},
    "bytes": {"option": "bytes", "quantization": "none"},
    "mistral-muon": {"family": "mistral", "optimizer": "muon", "quantization": "int4"},
    "smollm-fp16": {"family": "smollm", "precision": "float16", "parallelism": "data", "hardware__gpus": 2},
    "alibi": {
        "family": "decoder",
        "position": "alibi",
        "norm": "layernorm",
        "feed_forward": "gelu",
        "attention": "mha",
    },
    "plain": {"family": "decoder", "position": "none", "attention": "mqa", "embeddings": "untied"},
}
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def scaffold(folder: Path, **changes: Any) -> Path:
    specify(request(**changes), knowledge=write_knowledge(folder / "knowledge"), spec=folder / "spec")
    stage(Config(), spec=folder / "spec", scaffold=folder / "scaffold")
    return folder / "scaffold"


@contextmanager
def modules(folder: Path, *names: str) -> Iterator[list[ModuleType]]:
    """Import modules of a scaffold, and forget them again."""
    sys.path.insert(0, str(folder))
    try:
        yield [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(str(folder))
        for name in ("model", "train", "quantize"):
            sys.modules.pop(name, None)


@pytest.fixture(scope="module", params=VARIANTS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scaffold(tmp_path_factory.mktemp(request.param), **VARIANTS[request.param])


def spec_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder.parent / "spec" / "spec.json").read_text(encoding="utf-8"))


def test_the_model_has_the_tensors_of_the_specification(written: Path) -> None:
    spec = spec_of(written)
    with modules(written, "model") as [module], torch.device("meta"):
        model = module.Model(module.Shape.read(written / "config.yaml"))
    assert model.count() == spec["parameters"]["found"]
    layers = spec["model"]["layers"]
    expected = {
        tensor["name"].replace(".N.", f".{number}."): tensor["shape"]
        for tensor in spec["tensors"]
        for number in range(layers if tensor["times"] > 1 else 1)
    }
    assert {name: list(held.shape) for name, held in model.named_parameters()} == expected


def test_training_lowers_the_loss(written: Path) -> None:
    with modules(written, "train") as [train]:
        before, after = train.main(["--tiny", "--steps", "40", "--device", "cpu"])
    assert 5.0 < before < 6.0, "about ln 256 before it has learned anything"
    assert after < before - 0.5


def test_quantized_weights_have_the_size_that_was_specified(written: Path) -> None:
    spec = spec_of(written)
    quantized = (written / "quantize.py").exists()
    assert quantized == (spec["request"]["quantization"] != "none")
    if not quantized:
        return
    expected = next(held["value"] for held in spec["quantities"] if held["name"] == "weights at inference")
    with modules(written, "model", "quantize") as [model, quantize], torch.device("meta"):
        state = model.Model(model.Shape.read(written / "config.yaml")).state_dict()
        assert quantize.size(quantize.quantize(state)) == expected


def test_the_scaffolds_own_tests_pass(tmp_path: Path) -> None:
    folder = scaffold(tmp_path, family="qwen3")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


def test_rope_is_that_of_transformers(tmp_path: Path) -> None:
    from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

    x = torch.randn(2, 4, 10, 16)
    frequency = 10000.0 ** (-torch.arange(0, 16, 2) / 16)
    angle = torch.outer(torch.arange(10.0), frequency).repeat(1, 2)[None]
    with modules(scaffold(tmp_path), "model") as [model]:
        found = model.rotate(x)
    expected, _ = apply_rotary_pos_emb(x, x, angle.cos(), angle.sin())
    torch.testing.assert_close(found, expected)


def test_the_model_gives_the_logits_of_transformers(tmp_path: Path) -> None:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    with modules(scaffold(tmp_path, family="qwen3"), "model") as [module]:
        shape = module.Shape.read(tmp_path / "scaffold" / "config.yaml").tiny()
        ours = module.Model(shape).eval()
    config = Qwen3Config(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden_size,
        intermediate_size=shape.feed_forward_size,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head_dim,
        rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
        tie_word_embeddings=True,
    )
    theirs = Qwen3ForCausalLM(config).eval()
    names = {
        "embedding": "model.embed_tokens",
        "blocks": "model.layers",
        "attention_norm": "input_layernorm",
        "feed_forward_norm": "post_attention_layernorm",
        "attention": "self_attn",
        "feed_forward": "mlp",
        "query": "q_proj",
        "key": "k_proj",
        "value": "v_proj",
        "output": "o_proj",
        "query_norm": "q_norm",
        "key_norm": "k_norm",
        "gate": "gate_proj",
        "up": "up_proj",
        "down": "down_proj",
        "norm": "model.norm",
    }
    state = {
        ".".join(names.get(part, part) for part in name.split(".")): held for name, held in ours.state_dict().items()
    }
    missing, unexpected = theirs.load_state_dict(state, strict=False)
    assert (missing, unexpected) == (["lm_head.weight"], [])
    tokens = torch.randint(0, 256, (2, 32))
    torch.testing.assert_close(ours(tokens), theirs(tokens).logits, atol=1e-5, rtol=1e-4)


def test_two_processes_train_one_sharded_model(tmp_path: Path) -> None:
    folder = scaffold(tmp_path, parallelism="zero3", hardware__gpus=2)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "train.py"]
    command += ["--tiny", "--steps", "20", "--device", "cpu", "--out", "weights.pt"]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    before, after = (float(word) for word in done.stdout.strip().splitlines()[-1].split() if word[0].isdigit())
    assert after < before - 0.5
    with modules(folder, "model") as [module]:
        shape = module.Shape.read(folder / "config.yaml").tiny()
        assert module.load(folder / "weights.pt", shape).count() == module.Model(shape).count()


def test_data_that_does_not_fit_is_refused_in_one_line(tmp_path: Path) -> None:
    import numpy as np

    folder = scaffold(tmp_path, option="bytes")
    np.save(tmp_path / "large.npy", np.full(1000, 300, dtype=np.uint16))
    (tmp_path / "short.txt").write_text("short", encoding="utf-8")
    with modules(folder, "train") as [train]:
        with pytest.raises(SystemExit, match="holds token 300, the vocabulary ends at 255"):
            train.main(["--tiny", "--data", str(tmp_path / "large.npy")])
        with pytest.raises(SystemExit, match="5 tokens are too few for a context of 64"):
            train.main(["--tiny", "--data", str(tmp_path / "short.txt")])


def test_the_stage_is_pure_and_loads_no_torch(tmp_path: Path) -> None:
    scaffold(tmp_path)
    code = (
        "import sys; from pathlib import Path; from stages.generate import Config\n"
        "from stages.generate.__main__ import stage\n"
        "print(stage(Config(), spec=Path(sys.argv[1]), scaffold=Path(sys.argv[2])), 'torch' in sys.modules)"
    )
    paths = [str(tmp_path / "spec"), str(tmp_path / "again")]
    done = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False")
    files = sorted(path for path in (tmp_path / "scaffold").rglob("*") if path.is_file())
    for path in files:
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(tmp_path / "scaffold")).read_bytes()
    assert yaml.safe_load((tmp_path / "again" / "config.yaml").read_text(encoding="utf-8"))["model"]["layers"] == 22


def test_written_code_is_clean(written: Path) -> None:
    if importlib.util.find_spec("ruff") is None:
        pytest.skip("ruff is not installed")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", "120", "--select", "E,F,UP,B", "."]
    done = subprocess.run(command, cwd=written, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
