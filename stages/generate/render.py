"""Render the scaffold's files from a specification with the templates beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from stages.core.parts import NAMES

TEMPLATES = Path(__file__).with_name("templates")
NORMS = {"rmsnorm": "nn.RMSNorm", "layernorm": "nn.LayerNorm"}


def render(spec: dict[str, Any]) -> dict[str, str]:
    """The text of each file, by its path in the scaffold."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters["shown"] = shown
    context = {**spec, **derived(spec)}
    texts = {}
    for template in sorted(environment.list_templates(extensions=["jinja"])):
        if template != "quantize.py.jinja" or spec["request"]["quantization"] != "none":
            text = environment.get_template(template).render(context)
            texts[template.removesuffix(".jinja")] = text.strip() + "\n"
    return texts


def derived(spec: dict[str, Any]) -> dict[str, Any]:
    """What templates need beside the specification: names that people use, PyTorch's names."""
    model = spec["model"]
    names = [NAMES[model[part]] for part in ("attention", "position", "norm", "feed_forward")]
    names += ["QK-Norm"] * model["qk_norm"] + ["sliding window"] * bool(model["sliding_window"])
    names += ["tied head"] * model["tied"]
    return {
        "names": names,
        "norm": NORMS[model["norm"]],
        "quantization": spec["request"]["quantization"],
        "attention_sentence": f"Causal {NAMES[model['attention']]} with {NAMES[model['position']]}.",
    }


def shown(quantity: dict[str, Any]) -> str:
    """A quantity in powers of ten."""
    value, unit = quantity["value"], quantity["unit"]
    if unit == "bytes":
        return f"{value / 10**9:.3f} GB"
    return f"{value:,} {unit}" if value < 10**12 else f"{value:.3g} {unit}"
