"""Names across spellings, and words that are no names."""

from __future__ import annotations

import pytest

from stages.extract.families import own_families
from stages.extract.lexicon import Lexicon
from stages.extract.names import find_mentions
from tests.extract.conftest import element


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LLaMA-2 7B", "Llama 2 7B"),
        ("llama-2-7b-hf", "Llama 2 7B"),
        ("Qwen2.5-0.5B", "Qwen2.5 0.5B"),
        ("Qwen 2.5 0.5B", "Qwen2.5 0.5B"),
        ("RWKV-7 World 2.9B", "RWKV-7 World 2.9B"),
        ("Mistral-7B-Instruct-v0.2", "Mistral 7B v0.2 Instruct"),
        ("Mixtral 8x7B", "Mixtral 8x7B"),
        ("DeepSeek-V3", "DeepSeek-V3"),
        ("SmolLM2-135M-Instruct", "SmolLM2 135M Instruct"),
        ("Grouped-Query Attention", "grouped-query attention"),
        ("KV caches", "KV cache"),
        ("FlashAttention-2", "FlashAttention-2"),
    ],
)
def test_spellings_become_one_name(text: str, name: str, lexicon: Lexicon) -> None:
    (mention,) = find_mentions(f"see {text}, which", lexicon)
    assert mention.entity == name
    assert f"see {text}, which"[mention.start : mention.end] == text


@pytest.mark.parametrize("text", ["Med-PaLM", "DeepSeek-R1-Distill-Qwen-7B", "flan-t5-large"])
def test_a_family_behind_a_hyphen_is_another_model(text: str, lexicon: Lexicon) -> None:
    assert not find_mentions(f"see {text}, which", lexicon)
    (mention,) = find_mentions("see Meta-Llama-3-8B, which", lexicon)
    assert mention.entity == "Llama 3 8B"


@pytest.mark.parametrize("text", ["we opt for it", "a falcon flies", "Mistral AI", "RoPE-2D", "tellama", "LED lamps"])
def test_words_that_are_no_names(text: str, lexicon: Lexicon) -> None:
    assert not list(find_mentions(text, lexicon))


def test_a_count_behind_a_name_is_no_version(lexicon: Lexicon) -> None:
    assert [mention.entity for mention in find_mentions("Llama 3 layers", lexicon)] == ["Llama"]


def test_registry_adds_families_that_conf_does_not_name(lexicon: Lexicon) -> None:
    assert [mention.entity for mention in find_mentions("ModernVBert is there", lexicon)] == ["ModernVBert"]


def test_a_kind_of_model_is_no_family(lexicon: Lexicon) -> None:
    for word, families in (("Osprey", {"osprey": "Osprey"}), ("World", {}), ("Coder", {})):
        told = [element("NarrativeText", f"{word}-2 1.5B and {word}-2 3B are out.")]
        assert own_families(told, "", "", lexicon).families == families
