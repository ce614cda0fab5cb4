"""The numbers of a request and the rules that they must keep, over the variables that the lattice gives a meaning."""

from __future__ import annotations

import z3  # noqa: TID253  (this module is only loaded where a request is solved)

from stages.specify import Request, units
from stages.specify.lattice import DEPTHS, WIDTHS
from stages.specify.rules import Rule

HEADROOM = 90  # per cent of the memory that is planned with
MEMORY_SOURCE = (
    "Rajbhandari et al. 2020, arXiv:1910.02054, section 3.1, Korthikanti et al. 2022, arXiv:2205.05198, section 4.1"
)
ASKED = z3.Bool("a size is asked for")


def limits(request: Request, tolerance: int, pairs: int) -> list[Rule]:
    """What the request's numbers are, and what must hold for them; `tolerance` of the size in per cent."""
    return [
        *_facts(request, tolerance),
        _memory(request),
        _step(request),
        _processes(request),
        _lattice(request, pairs),
    ]


def _facts(request: Request, tolerance: int) -> list[Rule]:
    wanted, total = units.count(request.parameters), z3.Int("total")
    near = z3.And(100 * total >= (100 - tolerance) * wanted, 100 * total <= (100 + tolerance) * wanted)
    hardware = request.hardware
    return [
        Rule(f"parameters: {request.parameters}, within {tolerance} % (request)", z3.And(ASKED, near)),
        Rule(f"hardware.memory: {hardware.memory} (request)", z3.Int("memory") == units.size(hardware.memory)),
        Rule(f"hardware.gpus: {hardware.gpus} (request)", z3.Int("gpus") == hardware.gpus),
        Rule(f"tokens_per_step: {request.tokens_per_step} (request)", z3.Int("tokens") == request.tokens_per_step),
    ]


def _memory(request: Request) -> Rule:
    shards = request.hardware.gpus if request.parallelism == "zero3" else 1
    needs = z3.Int("state") + shards * (z3.Int("copy") + z3.Int("activations"))
    label = (
        f"rule memory: state, weights' copy and one sequence of {request.context} tokens fit in {HEADROOM} % of an "
        f"accelerator with optimizer {request.optimizer}, parallelism {request.parallelism} ({MEMORY_SOURCE})"
    )
    return Rule(label, 100 * needs <= HEADROOM * z3.Int("memory") * shards)


def _step(request: Request) -> Rule:
    label = f"rule step: each accelerator takes at least one sequence of {request.context} tokens a step (train.py)"
    return Rule(label, request.context * z3.Int("gpus") <= z3.Int("tokens"))


def _processes(request: Request) -> Rule:
    alone = request.parallelism == "none"
    number = "one accelerator" if alone else "any number of accelerators"
    label = f"rule processes: parallelism {request.parallelism} runs on {number} (train.py)"
    return Rule(label, z3.Int("gpus") == 1 if alone else z3.Int("gpus") >= 1)


def _lattice(request: Request, pairs: int) -> Rule:
    """The shape is one of the `pairs` that can have the size asked for."""
    ends = f"hidden size {WIDTHS[0]} to {WIDTHS[-1]}, {DEPTHS[0]} to {DEPTHS[-1]} layers"
    label = f"rule dimensions: {ends}, vocabulary {request.vocabulary} (lattice of this blueprint)"
    return Rule(label, z3.Implies(ASKED, z3.And(z3.Int("rank") >= 0, z3.Int("rank") < pairs)))
