from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from stages.assemble import Config
from stages.assemble.assemble import stage
from stages.core.run.errors import UserError
from tests.weights.builders import make_project, run_stages

pytestmark = pytest.mark.xdist_group("weights")


@pytest.fixture
def fragments(built, tmp_path: Path) -> Path:
    """A copy of the fragments that a test may damage."""
    return Path(shutil.copytree(built[0] / "build" / "fragments", tmp_path / "fragments"))


def assemble(fragments: Path) -> dict:
    return stage(Config(), fragments=fragments, model=fragments.parent / "model")


def edit(fragments: Path, change: Callable[[dict], None]) -> None:
    path = fragments / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def piece_named(manifest: dict, name: str) -> dict:
    return next(piece for piece in manifest["pieces"] if piece["name"] == name)


def test_the_model_gives_the_logits_of_the_merged_one(built) -> None:
    build = built[0] / "build"
    base = AutoModelForCausalLM.from_pretrained(build / "base")
    merged = PeftModel.from_pretrained(base, build / "adapter").merge_and_unload().eval()
    assembled = AutoModelForCausalLM.from_pretrained(build / "model").eval()
    tokens = torch.tensor([AutoTokenizer.from_pretrained(build / "model").encode("What is the context length?")])
    with torch.no_grad():
        assert torch.equal(merged(tokens).logits, assembled(tokens).logits)
    assert all(torch.equal(held, assembled.state_dict()[name]) for name, held in merged.state_dict().items())


def test_a_tied_head_is_not_stored_and_comes_back(tmp_path: Path) -> None:
    root = make_project(tmp_path, "profile: tiny\nmodel: tiny-qwen3\n")
    run_stages(root, "base", "dataset", "train", "export", "assemble")
    manifest = json.loads((root / "build" / "fragments" / "manifest.json").read_text())
    head = next(piece for piece in manifest["pieces"] if piece["part"] == "head")
    assert head["files"] == [] and head["tensors"][0]["tied_to"] == "model.embed_tokens.weight"
    assert "lm_head.weight" not in load_file(root / "build" / "model" / "model.safetensors")
    model = AutoModelForCausalLM.from_pretrained(root / "build" / "model")
    assert torch.equal(model.lm_head.weight, model.model.embed_tokens.weight)


@pytest.mark.parametrize("kept", ["safetensors", "pt", "bin"])
def test_every_format_gives_the_same_file(built, fragments: Path, kept: str) -> None:
    for path in fragments.iterdir():
        if path.is_file() and path.suffix not in (".json", f".{kept}"):
            path.unlink()
    assert assemble(fragments)["sha256"] == built[1]["assemble"]["sha256"]


def test_the_file_is_the_one_that_safetensors_writes(built, tmp_path: Path) -> None:
    path = built[0] / "build" / "model" / "model.safetensors"
    save_file(load_file(path), tmp_path / "again.safetensors", metadata={"format": "pt"})
    assert path.read_bytes() == (tmp_path / "again.safetensors").read_bytes()


def test_a_flipped_bit_names_the_piece(fragments: Path) -> None:
    path = fragments / "03-attention-00.safetensors"
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"piece 03-attention-00: .* is damaged"):
        assemble(fragments)


def test_a_cut_file_names_the_piece(fragments: Path) -> None:
    path = fragments / "01-tokenizer" / "tokenizer.json"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match=r"piece 01-tokenizer: 01-tokenizer/tokenizer.json has \d+ bytes"):
        assemble(fragments)


def test_missing_pieces_are_listed_after_the_others_were_checked(
    fragments: Path, capsys: pytest.CaptureFixture
) -> None:
    for path in fragments.glob("04-feed-forward-00.*"):
        path.unlink()
    with pytest.raises(UserError, match=r"1 of 11 pieces are missing: 04-feed-forward-00; fetch"):
        assemble(fragments)
    lines = capsys.readouterr().err.splitlines()
    assert lines[3] == "assemble: 4/11 03-attention-00: checked, 4 in place; 7 to come, 1 missing"
    assert lines[4] == "assemble: 5/11 04-feed-forward-00: missing; 6 to come, 1 missing"
    assert len(lines) == 11


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "00-config/../../x", "", "00-config/model.safetensors"])
def test_a_path_that_leads_elsewhere_is_refused(fragments: Path, path: str) -> None:
    edit(fragments, lambda manifest: manifest["pieces"][0]["files"][0].update(path=path))
    with pytest.raises(UserError, match=r"piece 00-config: path .* refused"):
        assemble(fragments)


def test_another_dtype_or_shape_than_stated_is_refused(fragments: Path) -> None:
    edit(fragments, lambda manifest: piece_named(manifest, "02-embedding")["tensors"][0].update(shape=[64, 259]))
    with pytest.raises(UserError, match=r"piece 02-embedding: .* which the manifest does not state"):
        assemble(fragments)


def test_a_piece_that_the_manifest_leaves_out_is_not_made_up(fragments: Path) -> None:
    edit(fragments, lambda manifest: manifest["pieces"].remove(piece_named(manifest, "10-head")))
    with pytest.raises(UserError, match=r"1 tensors are in no piece of the manifest, such as lm_head\.weight"):
        assemble(fragments)


def test_pieces_without_a_configuration_are_no_model(fragments: Path) -> None:
    edit(fragments, lambda manifest: manifest["pieces"].remove(piece_named(manifest, "00-config")))
    with pytest.raises(UserError, match=r"do not make a model that Transformers loads: .*model_type"):
        assemble(fragments)


def test_a_shape_larger_than_the_file_is_refused(fragments: Path) -> None:
    edit(fragments, lambda manifest: piece_named(manifest, "02-embedding")["tensors"][0].update(shape=[10**9, 10**9]))
    with pytest.raises(UserError, match=r"piece 02-embedding: .* is larger than its file"):
        assemble(fragments)


def test_another_hash_of_a_tensor_than_stated_is_refused(fragments: Path) -> None:
    edit(fragments, lambda manifest: piece_named(manifest, "02-embedding")["tensors"][0].update(sha256="0" * 64))
    with pytest.raises(UserError, match=r"piece 02-embedding: tensor .* is not what the manifest says"):
        assemble(fragments)


def test_a_pickle_that_runs_code_is_refused(fragments: Path) -> None:
    import hashlib
    import pickle

    class Evil:
        def __reduce__(self) -> tuple:
            return Path.touch, (fragments / "ran",)

    content = pickle.dumps({"model.embed_tokens.weight": Evil(), "as long as the tensor": bytes(100_000)})
    (fragments / "02-embedding.pt").write_bytes(content)
    (fragments / "02-embedding.safetensors").unlink()
    entry = {"path": "02-embedding.pt", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    edit(fragments, lambda manifest: piece_named(manifest, "02-embedding").update(files=[entry]))
    with pytest.raises(UserError, match=r"piece 02-embedding: 02-embedding\.pt"):
        assemble(fragments)
    assert not (fragments / "ran").exists()


def test_a_tensor_that_is_not_what_it_is_said_to_equal(fragments: Path) -> None:
    def lie(manifest: dict) -> None:
        tensor = piece_named(manifest, "10-head")["tensors"][0]
        del tensor["offset"]
        tensor["same_as"] = "model.embed_tokens.weight"

    edit(fragments, lie)
    with pytest.raises(UserError, match=r"piece 10-head: tensor 'lm_head.weight' is said to equal"):
        assemble(fragments)


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1}', '{"version": 9, "formats": [], "pieces": []}'])
def test_a_broken_manifest_is_one_line(fragments: Path, text: str) -> None:
    (fragments / "manifest.json").write_text(text)
    with pytest.raises(UserError, match=r"manifest\.json: "):
        assemble(fragments)
