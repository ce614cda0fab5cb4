"""z3 chooses the dimensions: the best shape whose parameter count is near the request and that breaks no rule.

Among the pairs of the lattice that satisfy all rules the first wins, then key-value heads near a quarter of the heads,
then the usual feed-forward size. Each minimum is found by bisection and is unique, so the answer does not depend on
z3's search or on time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import z3  # noqa: TID253  (this module is only loaded where a request is solved)

from stages.core.run.errors import UserError
from stages.specify import Request, formulas, rules, units
from stages.specify.family import Family
from stages.specify.formulas import Shape
from stages.specify.lattice import WIDTHS, divisors, feed_forward_range, kv_heads, reachable, unit_of
from stages.specify.lattice import usual_feed_forward as usual_size
from stages.specify.limits import limits
from stages.specify.rules import Rule, part

TOLERANCES = (2, 5)  # per cent; the second where the lattice has nothing within the first
SEED = 1


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
        layers=z3.Int("layers"),
        hidden=z3.Int("hidden"),
        heads=z3.Int("heads"),
        kv_heads=z3.Int("kv_heads"),
        head_dim=z3.Int("head_dim"),
        feed_forward=z3.Int("feed_forward"),
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


def _search(problem: Problem, attention: str, tolerance: int) -> Solution | None:
    wanted = units.count(problem.request.parameters)
    pairs = reachable(problem.blank, wanted, attention, tolerance)
    checked = [*problem.parts, *limits(problem.request, tolerance, len(pairs))]
    solver = _solver(problem, pairs, attention)
    solver.add(*(rule.holds for rule in checked))
    if not pairs or solver.check() != z3.sat:
        return None
    blank = problem.blank
    rank = _least(solver, z3.Int("rank"), len(pairs))
    _least(solver, _far(4 * blank.kv_heads, blank.heads), 4 * max(WIDTHS))
    _least(solver, blank.kv_heads, max(WIDTHS))
    usual = usual_size(pairs[rank])
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
        z3.Or([shape.kv_heads == number for number in kv_heads(shape.heads, attention)]),
        part("shape:kv-divides-heads") == z3.Or([shape.kv_heads == number for number in divisors(shape.heads)]),
        part("shape:even-head-dim") == (shape.head_dim % 2 == 0),
        part("shape:head-dim-up-to-256") == (shape.head_dim <= 256),
        shape.feed_forward == unit_of(shape) * z3.Int("feed_forward_units"),
        shape.feed_forward >= low,
        shape.feed_forward <= high,
    ]


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
    pairs = reachable(problem.blank, units.count(problem.request.parameters), attention, TOLERANCES[-1])
    checked = [*problem.parts, *limits(problem.request, TOLERANCES[-1], len(pairs))]
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
