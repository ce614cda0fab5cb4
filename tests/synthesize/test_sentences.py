"""Which of two sentences tells more of what it mentions."""

from __future__ import annotations

import pytest

from stages.core.quotes import Quote
from stages.core.sentences import fit, score
from stages.synthesize.quotes import _unlike


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
        ("RoPE", "RoPE puts a position into attention.", "RoPE has since become the usual method of open models."),
        ("MoE", "A layer of MoE has a router for tokens.", "Each has 128 experts and no MoE in its layers."),
    ],
)  # fmt: skip
def test_what_a_name_is_comes_before_what_leans_on_other_sentences(name: str, better: str, worse: str) -> None:
    assert worth(better, name) > worth(worse, name)


@pytest.mark.parametrize("other", ["Against Llama 2 7B it", "Unlike Llama 2 7B, it", "Compared with Llama 2, they"])
def test_a_sentence_on_another_than_it_names_is_not_quoted(other: str) -> None:
    assert not fit(f"{other} has a vocabulary four times as large and fewer key-value heads.", 20, 300)
    assert fit("Against Llama 2 7B, Llama 3 has a vocabulary four times as large.", 20, 300)


@pytest.mark.parametrize(
    "said",
    [
        "Now let's take a look at an implementation of this algorithm in a few lines.",
        "How do you think that the word above will be cut into its pieces by it?",
        "For detailed instructions on the use of this method, please follow these steps.",
        "Attention was replaced by something else entirely, Advances in Something, 2017.",
        "The complexity goes from O(cid:0)n(cid:1) to something that is much smaller.",
    ],
)
def test_what_tells_nothing_is_not_quoted(said: str) -> None:
    assert not fit(said, 20, 300)
    assert fit("This method cuts the word above into its pieces, and then into letters.", 20, 300)


def test_what_was_said_is_not_said_again_with_fewer_words() -> None:
    long = "Byte pair encoding finds common symbols within a word, such as characters of some length."
    texts = [
        long,
        "Byte pair encoding finds common symbols within a word.",
        "Byte pair encoding has merges in an order.",
    ]
    quotes = [Quote("a.md", f"e{at}", 0, len(text), text) for at, text in enumerate(texts)]
    assert [quote.element for quote in _unlike(quotes)] == ["e0", "e2"]
