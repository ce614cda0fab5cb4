"""Which of two sentences tells more of what it mentions."""

from __future__ import annotations

import pytest

from stages.core.sentences import fit, score


def worth(sentence: str, name: str) -> float:
    return score(sentence, sentence.index(name), len(name))


@pytest.mark.parametrize(
    ("name", "better", "worse"),
    [
        ("Qwen", "Qwen is a series of open-weight models.", "Qwen adds 2 gains of the head size to 28 layers."),
        ("LoRA", "Low-rank adaptation (LoRA, 2021) freezes a model.", "For LoRA runs of 30 steps, linear decay is it."),
        ("LoRA", "LoRA learns a low-rank change of weights.", "LoRA: states exist only for adapters, so little."),
        ("AdamW", "Training uses AdamW with weight decay.", "AdamW, in contrast, rescales the single elements of it."),
        ("Qwen3", "Qwen3 removes the biases of query and key.", "Qwen3 uses it and drops the biases of query and key."),
        ("RMSNorm", "RMSNorm is layer normalisation without the mean.", "RMSNorm has weights and needs one pass."),
        ("PyTorch", "PyTorch is an optimised tensor library.", "PyTorch is currently maintained by many people."),
        ("MoE", "A layer of MoE has a router for tokens.", "Each has 128 experts and no MoE in its layers."),
    ],
)  # fmt: skip
def test_what_a_name_is_comes_before_what_leans_on_other_sentences(name: str, better: str, worse: str) -> None:
    assert worth(better, name) > worth(worse, name)


@pytest.mark.parametrize("other", ["Against Llama 2 7B it", "Unlike Llama 2 7B, it", "Compared with Llama 2, they"])
def test_a_sentence_on_another_than_it_names_is_not_quoted(other: str) -> None:
    assert not fit(f"{other} has a vocabulary four times as large and fewer key-value heads.", 20, 300)
    assert fit("Against Llama 2 7B, Llama 3 has a vocabulary four times as large.", 20, 300)
