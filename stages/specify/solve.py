"""z3 chooses the dimensions: the best shape on a lattice whose parameter count is near the request and that breaks no rule.

The lattice is hidden size x layers, ranked by the distance of depth to width from a published fit. Among what satisfies
all rules the least rank wins, then key-value heads near a quarter of the heads, then the usual feed-forward size. Each
minimum is found by bisection and is unique, so the answer does not depend on z3's search or on time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import z3

from stages.core.errors import UserError
from stages.specify import Request, formulas, rules, units
from stages.specify.family import Family
from stages.specify.formulas import Shape
from stages.specify.rules import Rule, part

TOLERANCES = (2, 5)  # per cent; the second where the lattice has nothing within the first
HEADROOM = 90  # per cent of the memory that is planned with
WIDTHS = [*range(64, 512, 32), *range(512, 1024, 64), *range(1024, 4096, 128), *range(4096, 16385, 512)]
DEPTHS = range(2, 129)
SLACK = 1.0  # a pair is on the lattice if its width is at most this far (in ln) from the fit
SEED = 1
ASKED = z3.Bool("a size is asked for")
MEMORY_SOURCE = (
    "Rajbhandari et al. 2020, arXiv:1910.02054, section 3.1; Korthikanti et al. 2022, arXiv:2205.05198, section 4.1"
)


@dataclass(frozen=True)
class Solution:
    """The shape that was found, within which tolerance, the parts there are and how many rules were checked."""

    shape: Shape
    tolerance: float
    parts: list[str]
    rules: int


@dataclass(frozen=True)
class Problem:
    """What is asked: a shape without dimensions, and the rules that do not depend on them."""

    request: Request
    blank: Shape
    parts: list[Rule]
    absent: list[z3.BoolRef]


def solve(request: Request, family: Family, known: list[dict[str, Any]]) -> Solution:
    """The best shape. Raises UserError with the smallest set of clashing rules if there is none."""
    blank = Shape(
        *z3.Ints("layers hidden heads kv_heads head_dim feed_forward"),
        vocabulary=request.vocabulary,
        gated=family.parts["feed_forward"].value == "swiglu",
        bias_in_norm=family.parts["norm"].value == "layernorm",
        qk_norm="norm:qk" in family.extra,
        tied=family.parts["embeddings"].value == "tied",
    )
    problem = Problem(request, blank, rules.part_rules(request, family, known), rules.absent(request, family, known))
    for tolerance in TOLERANCES:
        found = _search(problem, family.parts["attention"].value, tolerance)
        if found:
            return found
    raise UserError(f"params.yaml: request: cannot be met; {'; '.join(_clash(problem, family))}; change one of them")


def lattice(shape: Shape) -> list[Shape]:
    """The pairs of hidden size and layers, nearest to the fit of depth to width first."""
    pairs = sorted((_distance(hidden, layers), hidden, layers) for hidden in WIDTHS for layers in DEPTHS)
    return [
        replace(shape, hidden=hidden, layers=layers, head_dim=dim, heads=hidden // dim)
        for distance, hidden, layers in pairs
        if distance <= SLACK
        for dim in [head_dim(hidden)]
    ]


def head_dim(hidden: int) -> int:
    """128, 64 or 32: the largest that divides the hidden size into at least eight heads, else 32."""
    return next((dim for dim in (128, 64) if hidden % dim == 0 and hidden // dim >= 8), 32)


def _distance(hidden: int, layers: int) -> float:
    return abs(math.log(hidden) - 5.039 - 0.0555 * layers)


def _search(problem: Problem, attention: str, tolerance: int) -> Solution | None:
    pairs = _reachable(problem, attention, tolerance)
    checked = [*problem.parts, *limits(problem, tolerance), _on_lattice(problem, pairs)]
    solver = _solver(problem, pairs, attention)
    solver.add(*(rule.holds for rule in checked))
    if not pairs or solver.check() != z3.sat:
        return None
    blank = problem.blank
    rank = _least(solver, z3.Int("rank"), len(pairs))
    _least(solver, _far(4 * blank.kv_heads, blank.heads), 4 * max(WIDTHS))
    _least(solver, blank.kv_heads, max(WIDTHS))
    usual = usual_feed_forward(pairs[rank])
    _least(solver, _far(blank.feed_forward, usual), 4 * max(WIDTHS))
    _least(solver, blank.feed_forward, 8 * max(WIDTHS))
    _least(solver, z3.If(part(rules.FREE), 1, 0), 1)
    solver.check()
    model = solver.model()
    shape = replace(
        pairs[rank],
        kv_heads=model[blank.kv_heads].as_long(),
        feed_forward=model[blank.feed_forward].as_long(),
    )
    assert formulas.parameters(shape) == model[z3.Int("total")].as_long(), "z3 and Python count alike"
    tokens = {str(name) for name in model.decls() if z3.is_true(model[name])}
    there = sorted(token for token in tokens if ":" in token and not token.startswith("shape:"))
    return Solution(shape, tolerance / 100, there, len(checked))


def limits(problem: Problem, tolerance: int) -> list[Rule]:
    """The request's numbers and the rules that they must keep; the expressions speak of the lattice's variables."""
    request, total, memory, gpus, tokens = problem.request, *z3.Ints("total memory gpus tokens_per_step")
    wanted = units.count(request.parameters)
    shards = request.hardware.gpus if request.parallelism == "zero3" else 1
    needs = z3.Int("state") + shards * (z3.Int("copy") + z3.Int("activations"))
    longest = request.context * gpus
    return [
        Rule(
            f"parameters: {request.parameters}, within {tolerance} % (request)",
            z3.And(ASKED, 100 * total >= (100 - tolerance) * wanted, 100 * total <= (100 + tolerance) * wanted),
        ),
        Rule(f"hardware.memory: {request.hardware.memory} (request)", memory == units.size(request.hardware.memory)),
        Rule(f"hardware.gpus: {request.hardware.gpus} (request)", gpus == request.hardware.gpus),
        Rule(f"tokens_per_step: {request.tokens_per_step} (request)", tokens == request.tokens_per_step),
        Rule(
            f"rule memory: state, weights' copy and one sequence of {request.context} tokens fit in {HEADROOM} % of an "
            f"accelerator with optimizer {request.optimizer}, parallelism {request.parallelism} ({MEMORY_SOURCE})",
            100 * needs <= HEADROOM * memory * shards,
        ),
        Rule(
            f"rule step: each accelerator takes at least one sequence of {request.context} tokens a step (scaffold's train.py)",
            longest <= tokens,
        ),
        Rule(
            f"rule processes: parallelism {request.parallelism} runs on {'one accelerator' if _alone(request) else 'any number'} "
            "(scaffold's train.py)",
            z3.Implies(_alone(request), gpus == 1),
        ),
    ]


def _alone(request: Request) -> bool:
    return request.parallelism == "none"


def usual_feed_forward(shape: Shape) -> int:
    """8/3 of the hidden size for a gated feed-forward, four times for a plain one, as a multiple of its unit."""
    unit = _unit(shape)
    return round(shape.hidden * (8 / 3 if shape.gated else 4) / unit) * unit


def _unit(shape: Shape) -> int:
    return 64 if shape.hidden >= 512 else 32


def _solver(problem: Problem, pairs: list[Shape], attention: str) -> z3.Solver:
    """A solver that knows what each pair of the lattice means, and which parts are absent."""
    solver = z3.Solver()
    solver.set("random_seed", SEED)
    solver.add(*problem.absent)
    blank, request, rank = problem.blank, problem.request, z3.Int("rank")
    total, matrices, largest = z3.Ints("total matrices largest")
    sharded = request.parallelism == "zero3"
    solver.add(matrices >= 0, matrices <= total, largest >= 0, z3.Int("activations") >= 0)
    solver.add(z3.Int("state") == formulas.state_bytes(total, matrices, request.optimizer))
    solver.add(z3.Int("copy") == formulas.copy_bytes(total, largest, request.precision, sharded))
    for number, pair in enumerate(pairs):
        shape = replace(pair, kv_heads=blank.kv_heads, feed_forward=blank.feed_forward)
        block = formulas.block_matrices(shape)
        meaning = [
            *(name == value for name, value in _dimensions(blank, pair)),
            total == formulas.parameters(shape),
            matrices == shape.layers * block,
            largest == formulas.outside(shape) + block,
            z3.Int("activations") == formulas.activation_bytes(pair, request.context, request.precision),
            *_choices(shape, attention),
        ]
        solver.add(z3.Implies(rank == number, z3.And(meaning)))
    return solver


def _dimensions(blank: Shape, pair: Shape) -> list[tuple[Any, int]]:
    return [(getattr(blank, name), getattr(pair, name)) for name in ("layers", "hidden", "heads", "head_dim")]


def _choices(shape: Shape, attention: str) -> list[z3.BoolRef]:
    """What z3 may choose on a pair: key-value heads that divide the heads, and a feed-forward size near the usual."""
    low, high = feed_forward_range(shape)
    return [
        z3.Or([shape.kv_heads == number for number in _kv_heads(shape.heads, attention)]),
        part("shape:kv-divides-heads") == z3.Or([shape.kv_heads == number for number in _divisors(shape.heads)]),
        part("shape:even-head-dim") == (shape.head_dim % 2 == 0),
        part("shape:head-dim-up-to-256") == (shape.head_dim <= 256),
        shape.feed_forward == _unit(shape) * z3.Int("feed_forward_units"),
        shape.feed_forward >= low,
        shape.feed_forward <= high,
    ]


def _divisors(heads: int) -> list[int]:
    return [number for number in range(1, heads + 1) if heads % number == 0]


def _kv_heads(heads: int, attention: str) -> list[int]:
    """The numbers of key-value heads that the kind of attention allows, in order; for gqa neither one nor all."""
    divisors = _divisors(heads)
    return {"mha": divisors[-1:], "mqa": divisors[:1], "gqa": divisors[1:-1]}[attention]


def feed_forward_range(shape: Shape) -> tuple[int, int]:
    """Least and largest feed-forward size: the usual one less or more a fifth."""
    usual = usual_feed_forward(shape)
    return -(-usual * 4 // 5), usual * 6 // 5


def _on_lattice(problem: Problem, pairs: list[Shape]) -> Rule:
    """The shape is one of `pairs`, those of the lattice that can have the size asked for."""
    ends = f"hidden size {WIDTHS[0]} to {WIDTHS[-1]}, {DEPTHS[0]} to {DEPTHS[-1]} layers, vocabulary {problem.request.vocabulary}"
    rank = z3.Int("rank")
    label = f"rule dimensions: {ends} (lattice of this blueprint)"
    return Rule(label, z3.Implies(ASKED, z3.And(rank >= 0, rank < len(pairs))))


def _reachable(problem: Problem, attention: str, tolerance: int) -> list[Shape]:
    """The pairs of the lattice that some choice of key-value heads and feed-forward size brings near the size asked for."""
    wanted = units.count(problem.request.parameters)
    return [
        pair
        for pair in lattice(problem.blank)
        for heads in [_kv_heads(pair.heads, attention)]
        for low, high in [feed_forward_range(pair)]
        if heads
        and 100 * _count(pair, heads[0], low) <= (100 + tolerance) * wanted
        and 100 * _count(pair, heads[-1], high) >= (100 - tolerance) * wanted
    ]


def _count(pair: Shape, kv_heads: int, feed_forward: int) -> int:
    return int(formulas.parameters(replace(pair, kv_heads=kv_heads, feed_forward=feed_forward)))


def _far(one: Any, other: Any) -> Any:
    return z3.If(one >= other, one - other, other - one)


def _least(solver: z3.Solver, value: Any, high: int) -> int:
    """The least value that the solver allows, by bisection; the solver keeps it."""
    low = 0
    while low < high:
        middle = (low + high) // 2
        if solver.check(value <= middle) == z3.sat:
            high = min(middle, solver.model().eval(value).as_long())
        else:
            low = middle + 1
    solver.add(value == low)
    return low


def _clash(problem: Problem, family: Family) -> list[str]:
    """The labels of a smallest set of rules that cannot hold together: without any one of them, the rest can."""
    attention = family.parts["attention"].value
    pairs = _reachable(problem, attention, TOLERANCES[-1])
    checked = [*problem.parts, *limits(problem, TOLERANCES[-1]), _on_lattice(problem, pairs)]
    solver = _solver(problem, pairs, attention)
    names = {}
    for number, rule in enumerate(checked):
        name = z3.Bool(f"rule {number:03d}")
        names[name] = rule.label
        solver.add(z3.Implies(name, rule.holds))
    core = list(names)
    assert solver.check(core) == z3.unsat, "the request has no solution"
    core = [name for name in names if name in set(solver.unsat_core())]
    for name in list(core):
        rest = [held for held in core if held is not name]
        if solver.check(rest) == z3.unsat:
            core = rest
    return [names[name] for name in core]
