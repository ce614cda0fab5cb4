"""Parameters from prose, lines and tables: whose they are, and what stays out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extract.conftest import element

REPORT = "DeepSeek-V2: A Strong Language Model"
SETUP = (REPORT, "3.1.2. Hyper-Parameters")


def stated(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(held["subject"], held["name"], held["value"]) for held in found["parameters"]}


def test_a_report_speaks_of_its_own_model(facts: Any) -> None:
    text = (
        "We set the number of Transformer layers to 60 and the hidden dimension to 5120. We employ the AdamW optimizer"
        " with weight_decay = 0.1. The maximum learning rate is set to 2.4 × 10−4."
    )
    assert stated(facts(element("NarrativeText", text, SETUP), title=REPORT)) == {
        ("DeepSeek-V2", "layers", "60"),
        ("DeepSeek-V2", "hidden size", "5120"),
        ("DeepSeek-V2", "optimizer", "AdamW"),
        ("DeepSeek-V2", "weight decay", "0.1"),
        ("DeepSeek-V2", "learning rate", "2.4 × 10−4"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "If Llama 2 7B had 40 layers, it would not fit.",
        "Llama 2 7B does not have 40 layers.",
        "We fine-tune Llama 2 7B with a learning rate of 5e-6.",
        "In the second stage, Llama 2 7B has a learning rate of 1e-5.",
        "A hypothetical Llama 2 7B with a hidden size of 8192 is left for later work.",
        "It is deeper than Llama 2 7B with 40 layers.",
        "Llama 2 7B is trained on sequences of up to 1M tokens.",
        "Llama 2 7B is trained on 4M tokens per batch.",
        "Llama 2 7B keeps its KV cache in 4 bits.",
        "Llama 2 is a family that ranges from 7B to 70B parameters.",
        "Llama 2 7B outperforms a model of 40B parameters.",
        "Llama 2 7B is trained with FP32 accumulation.",
        "Llama 2 7B adds products whose highest 14 bits are kept.",
        "Llama 2 7B has a global batch size of 128 and a local batch size of 32.",
        "Llama 2 7B was measured with SFT and a learning rate of 1e-5.",
        "Training Llama 2 7B on 4 A100 GPUs is three times faster with it.",
        "For Llama 2 7B, 8 A100 GPUs answer all requests.",
        "The loss of Llama 2 7B is 0.015 above bf16.",
        "For Llama 2 7B, an alternative to AdamW was tried.",
        "Llama 2 7B keeps 1:3 experts.",
        "With only 4 routed experts activated, Llama 2 7B is as good.",
        "Our student needs 9M parameters, which is 15% the size of Llama 2 7B.",
        "A student of 4 layers comes close to its teacher Llama 2 7B.",
        "For Llama 2 7B, the image encoder adds 24 layers.",
        "Llama 2 7B comes with 500M parameters of a draft model.",
        "Llama 2 7B turns multi-head queries into one.",
        "| Llama 2 7B | GPUs | hours | |---|---|---| | 24 layers | 8 | 3 |",
    ],
)
def test_what_is_denied_supposed_or_holds_for_a_part_stays_out(facts: Any, text: str) -> None:
    assert stated(facts(element("NarrativeText", text))) == set()


@pytest.mark.parametrize(("who", "read"), [("Each has", False), ("Both of them have", False), ("Each layer has", True)])
def test_several_models_without_a_name_give_no_value_to_the_one_spoken_of(facts: Any, who: str, read: bool) -> None:
    text = f"Qwen3 8B has 36 layers. {who} 128 experts and 8 are activated."
    said = {name for _, name, _ in stated(facts(element("NarrativeText", text)))}
    assert "layers" in said and ("experts" in said) is read


def test_of_two_models_each_has_its_own_value(facts: Any) -> None:
    text = (
        "Unlike Llama 2 7B, which has 32 layers, Qwen3 8B has 36."
        " On MMLU, Llama 2 7B obtains 45.3, while Qwen3 8B obtains 76.9."
    )
    assert stated(facts(element("NarrativeText", text))) == {
        ("Llama 2 7B", "layers", "32"),
        ("Qwen3 8B", "layers", "36"),
        ("Llama 2 7B", "MMLU", "45.3"),
        ("Qwen3 8B", "MMLU", "76.9"),
    }


def test_values_that_are_dealt_out_to_sizes(facts: Any) -> None:
    text = "Llama 2 7B and 13B have 32 and 40 layers, respectively."
    assert stated(facts(element("NarrativeText", text))) == {
        ("Llama 2 7B", "layers", "32"),
        ("Llama 2 13B", "layers", "40"),
    }


@pytest.mark.parametrize(("title", "named"), [("Evaluation", False), ("Zephyrion Evaluation", True)])
def test_a_word_that_heads_a_text_is_no_model(facts: Any, title: str, named: bool) -> None:
    table = element("Table", "Setting | Value\nLayers | 32\nHeads | 16\nHidden size | 4096")
    assert bool(facts(table, title=title)["subject"]) is named


@pytest.mark.parametrize(
    "text",
    [
        "Llama 2 7B Int4 is a 4-bit model.",
        "Llama 2 7B Int4 was quantized to 4-bit.",
        "Llama 2 7B Int4 is the 4-bit quantised version.",
    ],
)
def test_bits_of_a_model(facts: Any, text: str) -> None:
    assert ("Llama 2 Int4 7B", "bits", "4") in stated(facts(element("NarrativeText", text)))


def test_a_family_that_no_list_names_is_found(facts: Any) -> None:
    text = "Kestrel-2 7B uses RMSNorm and ties its embeddings. kestrel-2-7b was pre-trained on 1.4T tokens."
    assert stated(facts(element("NarrativeText", text))) == {
        ("Kestrel-2 7B", "normalisation", "RMSNorm"),
        ("Kestrel-2 7B", "tied embeddings", "yes"),
        ("Kestrel-2 7B", "training tokens", "1.4T"),
    }


def test_settings_in_code_items_and_options(facts: Any) -> None:
    lead = element("NarrativeText", "The configuration of Llama 2 7B reads:", name="e0")
    code = '"hidden_size": 4096,\nlr = 3e-4  # peak\nLoraConfig(lora_r=16, target_modules=["q_proj", "v_proj"])\n'
    found = facts(lead, element("CodeSnippet", f"{code}--num-layers 32"), element("ListItem", "Heads: 32", name="e2"))
    assert stated(found) == {
        ("Llama 2 7B", "hidden size", "4096"),
        ("Llama 2 7B", "learning rate", "3e-4"),
        ("Llama 2 7B", "LoRA rank", "16"),
        ("Llama 2 7B", "LoRA targets", "q_proj, v_proj"),
        ("Llama 2 7B", "layers", "32"),
        ("Llama 2 7B", "heads", "32"),
    }


def test_of_experts_that_some_are_activated_of_it_is_the_whole(facts: Any) -> None:
    text = "Qwen3 8B has 1 shared expert and 7 out of 63 routed experts being activated."
    assert ("Qwen3 8B", "experts", "63") in stated(facts(element("NarrativeText", text)))


def test_what_other_models_do_is_not_what_the_reports_own_does(facts: Any) -> None:
    text = "Conventional Transformer models use multi-head attention. It has 32 layers."
    assert stated(facts(element("NarrativeText", text, SETUP), title=REPORT)) == {("DeepSeek-V2", "layers", "32")}


def test_one_with_an_architecture_similar_to_anothers_has_its_own_values(facts: Any) -> None:
    text = "Qwen3 8B has a similar architecture to Llama 2 7B, but it has only 28 layers."
    assert stated(facts(element("NarrativeText", text))) == {("Qwen3 8B", "layers", "28")}


@pytest.mark.parametrize("line", ["step: 20  loss: 11.8  tps: 4,376", "Epoch: 18 | Time: 12m 38s"])
def test_lines_of_a_log_are_no_settings(facts: Any, line: str) -> None:
    assert not facts(element("CodeSnippet", line, ("Llama 2 7B",)), title="Llama 2 7B")["parameters"]


def test_what_an_option_may_be_is_no_setting(facts: Any) -> None:
    line = "--precision {auto,fp16,bf16,fp32} --epochs 3"
    told = facts(element("CodeSnippet", line, ("Llama 2 7B",)), title="Llama 2 7B")
    assert stated(told) == {("Llama 2 7B", "epochs", "3")}


@pytest.mark.parametrize("title", ["LoRA (Low-Rank Adaptation)", "Pretrain TinyLlama"])
def test_a_title_that_names_no_model_is_no_models_name(facts: Any, title: str) -> None:
    table = element("Table", "Layers | 22\nHeads | 32\nHidden size | 2048\nParameters | 1.1B", (title,))
    assert title not in {subject for subject, _, _ in stated(facts(table, title=title))}


def test_a_setting_that_denies_is_not_taken_for_its_opposite(facts: Any) -> None:
    told = facts(element("CodeSnippet", "no_weight_tying: true\nNo. of heads: 8", ("Llama 2 7B",)), title="Llama 2 7B")
    assert stated(told) == {("Llama 2 7B", "heads", "8")}


def test_results_in_a_table_keep_their_shots(facts: Any) -> None:
    (held,) = facts(element("Table", "Model | MMLU (5-shot)\nLlama 2 7B | 45.3"))["parameters"]
    assert (held["name"], held["number"], held["detail"]) == ("MMLU", 45.3, "5-shot")


def test_shots_in_a_column_of_their_own_and_a_sum_of_experts(facts: Any) -> None:
    table = "Metric | # Shot | Llama 2 7B | Qwen3 8B\nMMLU (Acc.) | 5-shot | 45.3 | 76.9\n# Experts | - | 2 + 64 | 128"
    found = facts(element("Table", table))["parameters"]
    assert [(held["subject"], held["name"], held["value"], held["detail"]) for held in found] == [
        ("Llama 2 7B", "MMLU", "45.3", "5-shot"),
        ("Qwen3 8B", "MMLU", "76.9", "5-shot"),
        ("Qwen3 8B", "experts", "128", None),
    ]


def test_columns_that_a_parser_has_glued_are_taken_apart(facts: Any) -> None:
    table = "Model | GLM-4.5 GLM-4.5-Air\n# Total Parameters | 355B 106B\nHidden Dim | 5120 4096"
    assert stated(facts(element("Table", table))) == {
        ("GLM-4.5", "parameters", "355B"),
        ("GLM-4.5 Air", "parameters", "106B"),
        ("GLM-4.5", "hidden size", "5120"),
        ("GLM-4.5 Air", "hidden size", "4096"),
    }
    glued = "Model | Layers | Heads KV heads\nQwen3 8B | 36 | 32 | 8\nQwen3 4B | 36 | 32 | 8"
    assert {("Qwen3 8B", "heads", "32"), ("Qwen3 4B", "key-value heads", "8")} <= stated(facts(element("Table", glued)))


def test_a_table_goes_on_after_a_page(facts: Any) -> None:
    first = element("Table", "Model | Layers | Heads\nQwen3 8B | 36 | 32\nQwen3 4B | 36 | 32", name="e1")
    second = element("Table", "Qwen3 14B | 40 | 40\nQwen3 32B | 64 | 64", name="e2")
    assert ("Qwen3 32B", "layers", "64") in stated(facts(first, second))


def test_a_caption_names_the_model_of_a_table_of_settings(facts: Any) -> None:
    caption = element("FigureCaption", "Table 2: Settings of Qwen3 8B.", name="e1")
    table = element("Table", "Option | Value\nFFN | SwiGLU, intermediate size 12,288\nWarm-up | 2,000 steps", name="e2")
    assert stated(facts(caption, table)) == {
        ("Qwen3 8B", "activation", "SwiGLU"),
        ("Qwen3 8B", "feed-forward size", "12,288"),
        ("Qwen3 8B", "warm-up steps", "2,000"),
    }


def test_a_row_of_fewer_cells_below_a_head_of_two_lines_is_no_row(facts: Any) -> None:
    table = "Model | Hidden | KV\n | size | heads\nLlama 2 7B | 4096 | 32\nall of them"
    found = stated(facts(element("Table", table.replace("all of them", "see | below"))))
    assert ("Llama 2 7B", "hidden size", "4096") in found and len(found) == 2


def test_a_table_that_gives_one_model_two_values_gives_neither(facts: Any) -> None:
    table = "Model | MMLU | Layers\nLlama 2 7B | 45.3 | 32\nLlama 2 7B | 47.1 | 32"
    assert stated(facts(element("Table", table))) == {("Llama 2 7B", "layers", "32")}


def test_an_adapters_table_is_of_the_model_named_before_it(facts: Any) -> None:
    said = element("NarrativeText", "The LoRA rank of Llama 2 7B Chat is 16.", ("Llama 2 7B", "Tuning"), name="e0")
    table = element("Table", "Option | Value\nLoRA rank | 16\nLR | 1e-4", ("Llama 2 7B", "Tuning"))
    assert ("Llama 2 7B Chat", "learning rate", "1e-4") in stated(facts(said, table, title="Llama 2 7B"))


@pytest.mark.parametrize(
    "text",
    [
        "Kestrel-2 7B, formerly Heron-2 7B, keeps its weights.",
        "Kestrel-2 7B (formerly known as Heron-2 7B) is open.",
        "Kestrel-2 7B was first released under the name Heron-2 7B.",
        "Heron-2 7B was renamed to Kestrel-2 7B.",
        "Some documents still call Kestrel-2 7B by its old name, Heron-2 7B.",
        "Heron-2 7B is the former name of Kestrel-2 7B.",
    ],
)
def test_an_earlier_name_is_a_relation(facts: Any, text: str) -> None:
    held = facts(element("NarrativeText", text))["relations"]
    assert [(one["subject"], one["predicate"], one["object"]) for one in held] == [
        ("Kestrel-2 7B", "formerly", "Heron-2 7B")
    ]


def test_a_size_on_a_line_of_its_own_ends_the_name_above(facts: Any) -> None:
    table = "Model | Layers | Heads\nLlama 2 | 32 | 32\n7B\nLlama 2 13B | 40 | 40"
    found = facts(element("Table", table))["parameters"]
    assert ("Llama 2 7B", "layers", "32") in stated({"parameters": found})
    assert {one["quote"] for one in found} == {"Llama 2 | 32 | 32\n7B", "Llama 2 13B | 40 | 40"}


def test_a_list_that_ends_in_a_comma_goes_on_in_the_next_row(facts: Any) -> None:
    table = "Option | Value\nLoRA rank | 16\nLoRA | q_proj, k_proj,\ntargets | v_proj\nLR | 1e-4"
    found = stated(facts(element("Table", table, ("Llama 2 7B Chat",)), title="Llama 2 7B Chat"))
    assert {(name, value) for _, name, value in found} == {
        ("LoRA rank", "16"),
        ("LoRA targets", "q_proj, k_proj, v_proj"),
        ("learning rate", "1e-4"),
    }


@pytest.mark.parametrize(
    "before",
    [
        "Adapters sit on attention. kestrel-v1-7b-chat is small.",
        "In Kestrel-v1 7B Chat, adapters sit on attention, and Kestrel-v1 7B Chat is small.",
    ],
)
def test_it_is_the_model_of_the_sentence_before(facts: Any, before: str) -> None:
    found = facts(element("NarrativeText", f"{before} It uses a learning rate of 2e-4."), title="Kestrel-v1 7B")
    assert stated(found) == {("Kestrel-1 7B Chat", "learning rate", "2e-4")}


@pytest.mark.parametrize(("begins", "kept"), [('{\n"seed": 1,\n', True), ('"seed": 1,\n', False)])
def test_the_end_of_a_snippet_is_not_of_the_document_s_model(facts: Any, begins: str, kept: bool) -> None:
    """Its beginning, with the model's name, is in another column of the page."""
    code = element("CodeSnippet", f'{begins}"learning_rate": 1e-05,\n"num_hidden_layers": 32', ("Outlook",))
    assert bool(facts(code, title="Training Llama 2 7B", kind="pdf")["parameters"]) is kept


@pytest.mark.parametrize(("lead", "kept"), [("The settings are as follows:", True), ("It was short.", False)])
def test_settings_on_a_page_without_a_line_that_leads_to_them_are_of_nobody(facts: Any, lead: str, kept: bool) -> None:
    code = element("CodeSnippet", "learning_rate: 0.0002\nseed: 1", ("Outlook",))
    found = facts(element("NarrativeText", lead, ("Outlook",), "e0"), code, title="Training Llama 2 7B", kind="pdf")
    assert bool(found["parameters"]) is kept


@pytest.mark.parametrize(("text", "kept"), [("2-13B (40 layers) is deeper.", False), ("It has 32 layers.", True)])
def test_the_rest_of_a_name_is_not_the_document_s_model(facts: Any, text: str, kept: bool) -> None:
    """Its beginning is on the page before: `Kestrel-` and `2-13B`."""
    assert bool(facts(element("NarrativeText", text), title="Llama 2 7B")["parameters"]) is kept


def test_a_line_that_is_but_a_models_name_heads_the_table_below(facts: Any) -> None:
    line, table = element("NarrativeText", "Llama 2 13B", name="e0"), element("Table", "Layers | 40\nHeads | 40")
    found = stated(facts(line, table, title="Llama 2 7B"))
    assert found == {("Llama 2 13B", "layers", "40"), ("Llama 2 13B", "heads", "40")}


@pytest.mark.parametrize(("text", "kept"), [("Peak LR 1.0e-5", False), ("The peak LR is 1.0e-5.", True)])
def test_the_last_row_of_a_table_that_a_page_has_torn_off_is_of_nobody(facts: Any, text: str, kept: bool) -> None:
    table, line = element("Table", "LoRA rank | 8\nLoRA alpha | 16", name="e0"), element("NarrativeText", text)
    found = facts(table, line, title="Llama 2 7B", kind="pdf")
    assert ("learning rate" in {one["name"] for one in found["parameters"]}) is kept


def test_the_half_of_a_table_without_names_is_of_nobody(facts: Any) -> None:
    half = element("Table", "Layers | Query heads\n32 | 16")
    rest = element("NarrativeText", "40 24", name="e2")
    assert stated(facts(half, title="Training Llama 2 7B")) == {
        ("Llama 2 7B", "layers", "32"),
        ("Llama 2 7B", "heads", "16"),
    }
    assert not facts(half, rest, title="Training Llama 2 7B")["parameters"]


@pytest.mark.parametrize(
    "told",
    [
        "Plain denotes a usual network with 24 layers.",
        "Hash Routing (Doe et al., 2020) is a sparse network with 24 layers.",
    ],
)
def test_what_something_else_is_said_to_be_is_not_the_models(facts: Any, told: str) -> None:
    text = f"Qwen3 8B is small. {told}"
    assert stated(facts(element("NarrativeText", text))) == set()
    assert stated(facts(element("NarrativeText", "Qwen3 8B is small. It is a network with 24 layers."))) != set()


def test_models_set_beside_others_are_not_spoken_of(facts: Any) -> None:
    for opening in ("Including", "Apart from"):
        text = f"{opening} Qwen3 8B, we compare two models. Each step uses a batch size of 64."
        assert stated(facts(element("NarrativeText", text))) == set()


COMMAND = "python train.py {} --lr 1e-3 --batch-size 32"
TUNED = ("Qwen3 8B", "Preference tuning with DPO")


def test_settings_of_a_command_are_those_of_the_model_that_it_runs(facts: Any) -> None:
    for model, read in (("qwen3-8b", True), ("kestrel", False), ("org/Kestrel-2", False)):
        found = facts(element("CodeSnippet", COMMAND.format(f"--model {model}"), ("Qwen3 8B",)), title="Qwen3 8B")
        assert (("Qwen3 8B", "learning rate", "1e-3") in stated(found)) is read


def test_what_a_reader_is_shown_to_tune_a_model_did_not_train_it(facts: Any) -> None:
    settings = "learning_rate=5e-7,\nnum_hidden_layers=36,"
    shown = stated(facts(element("CodeSnippet", settings, TUNED), title="Qwen3 8B"))
    assert shown == {("Qwen3 8B", "layers", "36")}
    trained = stated(facts(element("CodeSnippet", settings, ("Qwen3 8B", "Training")), title="Qwen3 8B"))
    assert ("Qwen3 8B", "learning rate", "5e-7") in trained
    tuned = ("Qwen3 8B Instruct", TUNED[1])
    assert ("Qwen3 8B Instruct", "learning rate", "5e-7") in stated(
        facts(element("CodeSnippet", settings, tuned), title="Qwen3 8B Instruct")
    )


def test_a_value_that_depends_on_what_runs_is_none(facts: Any) -> None:
    for value, read in (("torch.float32", True), ("storage or torch.float32", False)):
        found = facts(element("CodeSnippet", f"dtype={value}", ("Qwen3 8B",)), title="Qwen3 8B")
        assert bool(stated(found)) is read


def test_sizes_in_an_ablation_name_no_models(facts: Any) -> None:
    table = "Setting | A | B\n# Params | 7.1B | 6.9B\nLayers | 30 | 32"
    for heading, read in (("4 Ablation of attention", False), ("4 Models", True)):
        found = facts(element("Table", table, ("DeepSeek-V2", heading)), title="DeepSeek-V2")
        assert bool(stated(found)) is read


@pytest.mark.parametrize(("title", "kept"), [("Llama 2", True), ("Offloading", False)])
def test_a_snippet_in_passing_shows_a_run_of_its_own(facts: Any, title: str, kept: bool) -> None:
    told = element("NarrativeText", "Llama 2 7B is then tried with less memory.", name="e0")
    code = element("CodeSnippet", '"lr": 2e-5,\n"hidden_size": 4096')
    found = stated(facts(told, code, title=title))
    assert (("Llama 2 7B", "learning rate", "2e-5") in found) is kept
    assert ("Llama 2 7B", "hidden size", "4096") in found
    led = element("NarrativeText", "The settings of Llama 2 7B:", name="e0")
    assert ("Llama 2 7B", "learning rate", "2e-5") in stated(facts(led, code, title=title))


def test_what_a_model_was_trained_on_is_its_hardware(facts: Any) -> None:
    text = "Llama 2 7B was trained for four days on 8 A100 GPUs."
    assert ("Llama 2 7B", "hardware", "8 A100") in stated(facts(element("NarrativeText", text)))


@pytest.mark.parametrize(("head", "read"), [("# Activated Params | 21B | 72B", False), ("Params | 21B | 72B", True)])
def test_a_row_of_sizes_whose_header_was_lost_names_no_models(facts: Any, head: str, read: bool) -> None:
    found = facts(element("Table", f"{head}\nLayers | 60 | 80", ("Llama 2",)), title="Llama 2")
    named = {subject for subject, _, _ in stated(found)}
    assert (named == {"Llama 2 21B", "Llama 2 72B"}) is read
    assert not stated(facts(element("Table", "Params | 7B | 7B\nLayers | 60 | 60", ("Llama 2",)), title="Llama 2"))
