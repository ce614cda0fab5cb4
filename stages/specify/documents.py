"""Write a specification as the documents of spec/: data, prose, diagrams, pseudocode."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import graphviz
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from stages.core.parts import NAMES
from stages.specify import pseudocode, units
from stages.specify.formulas import SOURCES
from stages.specify.limits import HEADROOM

TEMPLATES = Path(__file__).with_name("templates")


def write(spec: dict[str, Any], rules: list[dict[str, Any]], folder: Path) -> None:
    """Write all documents; `rules` are those of knowledge/ whose first part the model has."""
    folder.mkdir(parents=True)
    texts = _rendered(spec, rules)
    counted = pseudocode.check(texts["pseudocode.txt"])
    assert counted == spec["parameters"]["found"], "the pseudocode declares the weights of the specification"
    texts |= {
        "spec.json": json.dumps(spec, indent=1, sort_keys=True, ensure_ascii=False),
        "spec.yaml": _yaml(spec),
        "model.yaml": _yaml({"family": spec["family"], **spec["model"]}),
        "tokenizer.yaml": _yaml(spec["tokenizer"]),
        "architecture.dot": dot(spec),
    }
    for name, text in texts.items():
        (folder / name).write_text(text.strip() + "\n", encoding="utf-8")


def _rendered(spec: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, str]:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=False)
    environment.filters |= {"product": math.prod, "shown": shown}
    context: dict[str, Any] = {**spec, "sources": SOURCES, "headroom": HEADROOM, "names": names(spec["model"])}
    context |= {"epsilon": f"{spec['model']['norm_epsilon']:.1e}", "scale": f"{spec['model']['head_dim'] ** -0.5:.8f}"}
    context["rules"] = rules
    texts: dict[str, str] = {}
    for name in ("architecture.mmd", "pseudocode.txt", "training_loop.md", "data_pipeline.txt"):
        texts[name] = environment.get_template(f"{name}.jinja").render(context)
    texts["spec.md"] = environment.get_template("spec.md.jinja").render(
        context, mermaid=texts["architecture.mmd"].strip()
    )
    return texts


def names(model: dict[str, Any]) -> dict[str, str]:
    """What people call the model's parts."""
    return {part: NAMES[model[part]] for part in ("norm", "attention", "position", "feed_forward")}


def shown(quantity: dict[str, Any]) -> str:
    """A quantity's value with its unit; bytes in the largest fitting unit."""
    if quantity["unit"] == "bytes":
        return units.shown_bytes(quantity["value"])
    return units.shown(quantity["value"], quantity["unit"])


def dot(spec: dict[str, Any]) -> str:
    """The architecture as Graphviz source."""
    model, called = spec["model"], names(spec["model"])
    graph = graphviz.Digraph("architecture", node_attr={"shape": "box", "style": "rounded"})
    graph.attr(rankdir="TB", label=spec["title"])
    graph.node("embedding", f"embedding\n{model['vocabulary']} x {model['hidden_size']}")
    with graph.subgraph(name="cluster_block") as block:
        block.attr(label=f"block x {model['layers']}")
        block.node("attention_norm", called["norm"])
        block.node(
            "attention",
            f"{called['attention']}, {called['position']}\n{model['heads']} heads, {model['kv_heads']} kv heads",
        )
        block.node("feed_forward_norm", called["norm"])
        block.node("feed_forward", f"{called['feed_forward']}\n{model['feed_forward_size']}")
    graph.node("norm", called["norm"])
    graph.node("head", "head (tied)" if model["tied"] else "head")
    order = ["embedding", "attention_norm", "attention", "feed_forward_norm", "feed_forward", "norm", "head"]
    for first, second in pairwise(order):
        graph.edge(first, second)
    return str(graph.source)


def _yaml(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=True, allow_unicode=True, width=120)
