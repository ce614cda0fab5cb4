"""The specification as plain data: what spec.json holds and every other document is written from."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from stages.specify import Request, formulas, units
from stages.specify.family import DEFAULT, Choice, Family
from stages.specify.formulas import SOURCES
from stages.specify.limits import HEADROOM
from stages.specify.solve import Solution

LLAMA_OPTIMIZER = "Touvron et al. 2023, arXiv:2302.13971, section 2.3"
TRAINING = {
    "betas": ([0.9, 0.95], LLAMA_OPTIMIZER),
    "weight_decay": (0.1, LLAMA_OPTIMIZER),
    "gradient_clip": (1.0, LLAMA_OPTIMIZER),
    "final_fraction": (0.1, LLAMA_OPTIMIZER),
    "warmup_fraction": (0.02, DEFAULT),
    "initial_deviation": (0.02, DEFAULT),
}


def specification(request: Request, family: Family, solution: Solution) -> dict[str, Any]:
    """All that is specified, as JSON data."""
    batching = _batching(request, solution.shape)
    return {
        "title": f"{family.name} with {request.parameters} parameters",
        "family": family.key,
        "request": asdict(request),
        "model": _model(request, family, solution),
        "tokenizer": _tokenizer(request.vocabulary),
        "training": _training(request, solution, batching),
        "batching": batching,
        "quantities": _quantities(request, family, solution, batching),
        "choices": _choices(family),
        "parts": solution.parts,
        "tensors": tensors(solution.shape),
        "parameters": _parameters(request, solution),
    }


def _model(request: Request, family: Family, solution: Solution) -> dict[str, Any]:
    shape, parts = solution.shape, {name: choice.value for name, choice in family.parts.items()}
    settings = {
        name: family.settings[name].value if name in family.settings else None
        for name in ("position_base", "sliding_window")
    }
    return {
        "layers": shape.layers,
        "hidden_size": shape.hidden,
        "heads": shape.heads,
        "kv_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "feed_forward_size": shape.feed_forward,
        "vocabulary": shape.vocabulary,
        "context": request.context,
        **{name: parts[name] for name in ("position", "attention", "norm", "feed_forward")},
        "tied": shape.tied,
        "qk_norm": shape.qk_norm,
        "norm_epsilon": family.settings["norm_epsilon"].value,
        "position_base": settings["position_base"] if parts["position"] == "rope" else None,
        "sliding_window": settings["sliding_window"],
    }


def _tokenizer(vocabulary: int) -> dict[str, Any]:
    if vocabulary == 256:
        return {"kind": "bytes", "vocabulary": 256, "special_tokens": [], "source": "one token a byte"}
    return {
        "kind": "byte-level BPE",
        "vocabulary": vocabulary,
        "special_tokens": ["<|begin|>", "<|end|>"],
        "initial_alphabet": 256,
        "merges": vocabulary - 256 - 2,
        "source": "Sennrich et al. 2016, arXiv:1508.07909, section 3.2; over bytes: Radford et al. 2019, section 2.2",
    }


def _batching(request: Request, shape: formulas.Shape) -> dict[str, int]:
    """The largest power of two of sequences that fits an accelerator, and how often it is repeated in a step."""
    gpus, context = request.hardware.gpus, request.context
    budget = units.size(request.hardware.memory) * HEADROOM // 100 - held_bytes(request, shape)
    most = min(
        budget // formulas.activation_bytes(shape, context, request.precision),
        request.tokens_per_step // (context * gpus),
    )
    micro = 1 << (int(most).bit_length() - 1)
    repeats = -(-request.tokens_per_step // (micro * context * gpus))
    return {
        "sequence": context,
        "micro_batch": micro,
        "accumulation": repeats,
        "accelerators": gpus,
        "tokens_per_step": micro * repeats * context * gpus,
    }


def held_bytes(request: Request, shape: formulas.Shape) -> int:
    """Bytes that an accelerator holds whatever the batch: weights, gradients, optimizer state and the 16-bit copy."""
    total, matrices = formulas.parameters(shape), shape.layers * formulas.block_matrices(shape)
    sharded = request.parallelism == "zero3"
    state = formulas.state_bytes(total, matrices, request.optimizer)
    largest = formulas.outside(shape) + formulas.block_matrices(shape)
    copy = formulas.copy_bytes(total, largest, request.precision, sharded)
    return -(-state // (request.hardware.gpus if sharded else 1)) + copy


def _training(request: Request, solution: Solution, batching: dict[str, int]) -> dict[str, Any]:
    total = formulas.parameters(solution.shape)
    tokens = round(request.tokens_per_parameter * total)
    steps = -(-tokens // batching["tokens_per_step"])
    return {
        "optimizer": request.optimizer,
        "precision": request.precision,
        "loss_scaling": "scaling:loss" in solution.parts,
        "parallelism": request.parallelism,
        "learning_rate": round(max(0.003239 - 0.0001395 * math.log(total), 0.0001), 6),
        "tokens": tokens,
        "steps": steps,
        **{name: value for name, (value, _) in TRAINING.items()},
    }


def _parameters(request: Request, solution: Solution) -> dict[str, Any]:
    requested, found = units.count(request.parameters), formulas.parameters(solution.shape)
    error = round(found / requested - 1, 6)
    return {"requested": requested, "found": found, "relative_error": error, "tolerance": solution.tolerance}


def _quantities(request: Request, family: Family, solution: Solution, batching: dict[str, int]) -> list[dict[str, Any]]:
    shape, total = solution.shape, formulas.parameters(solution.shape)
    matrices, sharded = shape.layers * formulas.block_matrices(shape), request.parallelism == "zero3"
    shards = request.hardware.gpus if sharded else 1
    state = -(-formulas.state_bytes(total, matrices, request.optimizer) // shards)
    activations = batching["micro_batch"] * formulas.activation_bytes(shape, request.context, request.precision)
    held = held_bytes(request, shape)
    cached = min(
        request.context,
        family.settings["sliding_window"].value if "sliding_window" in family.settings else request.context,
    )
    flops = formulas.flops_per_token(shape, request.context)
    tokens = round(request.tokens_per_parameter * total)
    lines: list[tuple[str, float, str, str]] = [
        ("parameters", total, "parameters", "parameters"),
        ("training state on an accelerator", state, "bytes", "state"),
        ("16-bit copy of the weights", held - state, "bytes", "copy"),
        (f"activations of {batching['micro_batch']} sequences", activations, "bytes", "activations"),
        ("training memory of an accelerator", held + activations, "bytes", "memory"),
        (
            "weights at inference",
            formulas.weight_bytes(shape, request.quantization, request.precision),
            "bytes",
            "weights",
        ),
        (
            "key-value cache of one sequence",
            formulas.cache_bytes(shape, cached, request.precision),
            "bytes",
            "cache",
        ),
        ("training FLOPs of a token", flops, "FLOPs", "flops"),
        ("training tokens", tokens, "tokens", "tokens"),
        ("training FLOPs", flops * tokens, "FLOPs", "total_flops"),
    ]
    return [
        {"name": name, "value": value, "unit": unit, "formula": SOURCES[key][0], "source": SOURCES[key][1]}
        for name, value, unit, key in lines
    ]


def _choices(family: Family) -> list[dict[str, Any]]:
    """Each part, setting and hyperparameter with the source it stands on and the places that say otherwise."""
    lines = [_line(name, choice) for name, choice in [*family.parts.items(), *family.settings.items()]]
    lines += [
        {"name": rule["requires"], "value": True, "source": rule["source"], "quotes": [], "others": []}
        for rule in family.rules
    ]
    lines += [
        {"name": name, "value": value, "source": source, "quotes": [], "others": []}
        for name, (value, source) in TRAINING.items()
    ]
    return lines


def _line(name: str, choice: Choice) -> dict[str, Any]:
    return {
        "name": name,
        "value": choice.value,
        "source": choice.source,
        "quotes": choice.quotes,
        "others": choice.others,
    }


def tensors(shape: formulas.Shape) -> list[dict[str, Any]]:
    """Every kind of weight tensor: its name in the scaffold, its shape and how often it occurs."""
    heads, keys, hidden = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim, shape.hidden
    block = {
        "attention.query.weight": [heads, hidden],
        "attention.key.weight": [keys, hidden],
        "attention.value.weight": [keys, hidden],
        "attention.output.weight": [hidden, heads],
        **({"feed_forward.gate.weight": [shape.feed_forward, hidden]} if shape.gated else {}),
        "feed_forward.up.weight": [shape.feed_forward, hidden],
        "feed_forward.down.weight": [hidden, shape.feed_forward],
        **_norm("attention_norm", hidden, shape.bias_in_norm),
        **_norm("feed_forward_norm", hidden, shape.bias_in_norm),
        **({f"attention.{name}_norm.weight": [shape.head_dim] for name in ("query", "key")} if shape.qk_norm else {}),
    }
    outside = {"embedding.weight": [shape.vocabulary, hidden], **_norm("norm", hidden, shape.bias_in_norm)}
    if not shape.tied:
        outside["head.weight"] = [shape.vocabulary, hidden]
    listed: list[dict[str, Any]] = [{"name": name, "shape": size, "times": 1} for name, size in outside.items()]
    listed += [{"name": f"blocks.N.{name}", "shape": size, "times": shape.layers} for name, size in block.items()]
    counted = sum(tensor["times"] * math.prod(tensor["shape"]) for tensor in listed)
    assert counted == formulas.parameters(shape), "the formula counts what is listed"
    return listed


def _norm(name: str, hidden: int, bias: bool) -> dict[str, list[int]]:
    return {f"{name}.weight": [hidden], **({f"{name}.bias": [hidden]} if bias else {})}
