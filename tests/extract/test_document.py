"""Facts of whole elements: tables both ways round, sentences, front matter, configuration classes, relations."""

from __future__ import annotations

from typing import Any

import pytest

from stages.extract.document import facts_of
from stages.extract.lexicon import Lexicon
from tests.extract.conftest import element, row

ROWS = "Size | layers | KV heads | tokens\n0.5B | 24 | 2 | 12T\n7B | 28 | 4 | 7T"
COLUMNS = "Key | Llama 2 7B | Llama 3 8B\nvocab_size | 32,000 | 128,256\ncolour | red | blue"
CLASS = "class GPT2Config(PreTrainedConfig):\n    n_layer: int = 12\n    vocab_size: int | None = None"


def stated(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(fact["subject"], fact["name"], fact["value"]) for fact in found["parameters"]}


def related(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(fact["subject"], fact["predicate"], fact["object"]) for fact in found["relations"]}


def test_models_in_rows_take_their_version_from_the_heading(facts: Any) -> None:
    found = facts(element("Table", ROWS, ("The Qwen family", "Qwen2 (arXiv:2407.10671)")), title="The Qwen family")
    assert ("Qwen2 7B", "layers", "28") in stated(found)
    assert ("Qwen2 0.5B", "training tokens", "12T") in stated(found)
    assert len(found["parameters"]) == 6


def test_rows_without_a_known_model_are_left_out(facts: Any) -> None:
    assert not facts(element("Table", ROWS), title="Qwen2 and Llama 3")["parameters"]


def test_models_in_columns(facts: Any) -> None:
    found = facts(element("Table", COLUMNS))
    assert stated(found) == {("Llama 2 7B", "vocabulary", "32,000"), ("Llama 3 8B", "vocabulary", "128,256")}
    assert {fact["quote"] for fact in found["parameters"]} == {"vocab_size | 32,000 | 128,256"}


def test_label_and_value_belong_to_the_title(facts: Any) -> None:
    text = "Hyperparameter | Value\nLayers | 32\nHidden size | 4,096\nAttention | GQA: 32 query heads, 8 KV heads"
    found = facts(element("Table", text), title="Jamba")
    assert stated(found) >= {("Jamba", "key-value heads", "8"), ("Jamba", "attention", "grouped-query")}


def test_sentences(facts: Any) -> None:
    text = "Llama 3 8B has 32 layers and a context length of 8,192 tokens. Llama 2 7B and Qwen3 8B have 40 layers."
    assert stated(facts(element("NarrativeText", text))) == {
        ("Llama 3 8B", "layers", "32"),
        ("Llama 3 8B", "context length", "8,192"),
    }


def test_entries_of_a_table_of_contents_say_nothing(facts: Any) -> None:
    entries = [
        "2 Llama 3 with MLA and RoPE . . . . . . . 29",
        "3 From Llama 2 to Llama 3 30",
        "3.1 Data . . . . . . 30",
    ]
    held = [element("NarrativeText", text, name=f"e{at}") for at, text in enumerate(entries)]
    assert not facts(*held, kind="pdf")["mentions"]
    assert facts(element("NarrativeText", entries[1]), kind="pdf")["mentions"], "alone it is a sentence"


def test_what_an_adapter_trains_is_not_the_size_of_its_model(facts: Any) -> None:
    rows = element("Table", "LoRA | Value\nRank | 8\nTrainable parameters | 4,194,304", name="t")
    told = element("NarrativeText", "Llama 2 7B has 12.2M trainable parameters with rank 16.")
    led = element("NarrativeText", "Llama 2 7B is tuned as follows.", name="l")
    trained = {("Llama 2 7B", "trainable parameters", value) for value in ("4,194,304", "12.2M")}
    assert trained <= stated(facts(told, led, rows))
    assert "parameters" not in {fact["name"] for fact in facts(told, led, rows)["parameters"]}


def test_what_is_supposed_or_another_size_is_no_fact(facts: Any) -> None:
    doubtful = "If Llama 3 8B had 64 layers, it would be slow. LoRA on Llama 2 7B has 4.2M parameters."
    assert not facts(element("NarrativeText", doubtful))["parameters"]


def test_configuration_class(facts: Any) -> None:
    found = facts(element("ConfigClass", CLASS), kind="config")
    (fact,) = found["parameters"]
    assert (fact["subject"], fact["name"], fact["number"]) == ("GPT-2 (transformers default)", "layers", 12.0)
    assert fact["quote"] == "n_layer: int = 12" == CLASS[fact["start"] : fact["end"]]


def test_class_keeps_the_numbers_of_its_name(facts: Any) -> None:
    (fact,) = facts(element("ConfigClass", CLASS.replace("GPT2", "Qwen3_5")), kind="config")["parameters"]
    assert fact["subject"] == "Qwen3_5 (transformers default)"


def test_front_matter(facts: Any) -> None:
    text = "license: apache-2.0\nbase_model: Qwen/Qwen2.5-0.5B\nmodel_name: Qwen2.5-0.5B-Instruct"
    found = facts(element("FrontMatter", text), kind="card", title="A card")
    assert stated(found) == {("Qwen2.5 0.5B Instruct", "licence", "Apache-2.0")}
    assert related(found) == {("Qwen2.5 0.5B Instruct", "variant of", "Qwen2.5 0.5B")}


def test_a_name_beside_a_description_alone_is_no_models(facts: Any) -> None:
    for more, subject in (("description: How to use it", ""), ("license: mit", "kestrel-tool")):
        found = facts(element("FrontMatter", f"name: kestrel-tool\n{more}"), kind="card", title="A card")
        assert found["subject"] == subject


def test_where_a_document_says_what_it_is_about_is_a_mention(facts: Any) -> None:
    text = "We propose a new architecture, the Transformer, and train it."
    found = facts(element("NarrativeText", text), title="On attention")
    assert found["subject"] == "Transformer"
    assert [(held["entity"], held["surface"]) for held in found["mentions"]] == [("Transformer", "Transformer")]
    front = facts(element("FrontMatter", "model_name: Osprey\nlicense: mit"), kind="card", title="A card")
    assert ("Osprey", "Osprey") in {(held["entity"], held["surface"]) for held in front["mentions"]}


def test_relations_unfold_lists_and_follow_it(facts: Any) -> None:
    text = "Multi-query attention has one key head. PaLM and Falcon-7B use it."
    found = facts(element("NarrativeText", text))
    assert related(found) == {("PaLM", "uses", "multi-query attention"), ("Falcon 7B", "uses", "multi-query attention")}
    assert {fact["quote"] for fact in found["relations"]} == {text}


def test_denied_relations_are_left_out_or_become_conflicts(facts: Any) -> None:
    assert not facts(element("NarrativeText", "Llama 3 never uses ALiBi."))["relations"]
    found = facts(element("NarrativeText", "PagedAttention cannot be combined with RWKV."))
    assert related(found) == {("PagedAttention", "conflicts with", "RWKV")}


def test_every_quote_stands_in_its_element(lexicon: Lexicon) -> None:
    tables = [element("Table", ROWS, ("Qwen2",), "t"), element("Table", COLUMNS, (), "c")]
    elements = [*tables, element("ConfigClass", CLASS)]
    texts = {held["id"]: held["text"] for held in elements}
    found = facts_of(lexicon, row(*elements, title="Qwen2"))["facts"]
    assert found is not None and found["parameters"] and found["mentions"]
    for fact in [*found["parameters"], *found["relations"]]:
        assert texts[fact["element"]][fact["start"] : fact["end"]] == fact["quote"]
    for mention in found["mentions"]:
        assert texts[mention["element"]][mention["start"] : mention["end"]] == mention["surface"]


@pytest.mark.parametrize("letter", ["İ", "ı", "ſ", "K"])
def test_letters_that_a_pattern_takes_for_others_end_nothing(facts: Any, letter: str) -> None:
    """A pattern in any case takes İ and ı for i, ſ for s and the Kelvin sign for k."""
    odd = {"İ": "i", "ı": "i", "ſ": "s", "K": "k"}[letter]
    words = (
        "MISTRAL-7B BATCH SIZE 32 FINE-TUNING 32 LAYERS Mistral 7B has 32 key-value heads, loss, tokens, ReLU, SwiGLU"
    )
    text = "".join(letter if one.lower() == odd else one for one in words)
    for kind in ("NarrativeText", "ListItem", "Title", "CodeSnippet"):
        facts(element(kind, text))
    facts(element("Table", f"Model | {text}\nMistral 7B | 32"))
