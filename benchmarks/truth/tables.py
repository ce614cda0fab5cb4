"""Tables of facts, in the shapes that papers give them: models in rows or columns, units in headers, merged headers."""

from __future__ import annotations

from decimal import Decimal

from benchmarks.truth.blocks import Cell, Mention, Name, Table
from benchmarks.truth.dice import of_part
from benchmarks.truth.facts import Fact, Model
from benchmarks.truth.parameters import PARAMETERS, RESULTS
from benchmarks.truth.scene import Scene, shots

RULES = ("grid", "book", "rows", "none", "bands", "none", "book", "none", "columns")
MODEL_HEADS = ("Model", "Models", "Name", "Model name", "Checkpoint", "Variant")
VALUE_HEADS = (("Parameter", "Value"), ("Hyperparameter", "Setting"), ("", "Value"), ("Option", "Value"),
               ("Item", "Choice"),
               ("Setting", "Value"))  # fmt: skip
GROUPS = {"layers": "Shape", "hidden size": "Shape", "heads": "Shape", "key-value heads": "Shape",
          "feed-forward size": "Shape",
          "MMLU": "Knowledge", "ARC-C": "Knowledge", "HellaSwag": "Reasoning", "GSM8K": "Reasoning",
          "HumanEval": "Code"}  # fmt: skip
IN_UNITS = {"parameters": ("B", 10**9), "training tokens": ("T", 10**12), "batch tokens": ("M", 10**6)}
MISSING = ("–", "-", "n/a")


def models_in_rows(scene: Scene, models: list[Model], names: list[str], *, merged: bool) -> Table:
    """One model a row; `merged` puts a row of groups above the header."""
    draws = [scene.own.random() for _ in names]
    united = [name in IN_UNITS and draw < 0.4 for name, draw in zip(names, draws, strict=True)]
    header = [Cell(scene.own.pick(of_part(MODEL_HEADS, scene.part)), header=True)]
    header += [
        Cell(_head(scene, name, draw, unit), header=True) for name, draw, unit in zip(names, draws, united, strict=True)
    ]
    rows = [header]
    for model in models:
        surface, how = scene.surface(model)
        row = [Cell(surface, marks=[Name(model.name, surface, how, 0, len(surface))])]
        row += [_cell(scene, model, name, surface, unit) for name, unit in zip(names, united, strict=True)]
        rows.append(row)
    if merged and (groups := _groups(names)):
        header[0].rowspan = 2
        top = [header.pop(0)]
        top += [Cell(label, header=True, colspan=count) for label, count in groups]
        rows.insert(0, top)
    return _placed(scene, Table(rows))


def models_in_columns(scene: Scene, models: list[Model], names: list[str]) -> Table:
    """One parameter a row, one model a column."""
    surfaces = [scene.surface(model) for model in models]
    header = [Cell("", header=True)]
    header += [
        Cell(surface, header=True, marks=[Name(model.name, surface, how, 0, len(surface))])
        for model, (surface, how) in zip(models, surfaces, strict=True)
    ]
    rows = [header]
    for name in names:
        draw = scene.own.random()
        unit = name in IN_UNITS and draw < 0.4
        row = [Cell(_head(scene, name, draw, unit), header=True)]
        row += [_cell(scene, model, name, surface[0], unit) for model, surface in zip(models, surfaces, strict=True)]
        rows.append(row)
    return _placed(scene, Table(rows))


def settings(scene: Scene, model: Model, names: list[str], *, grouped: bool = False) -> Table:
    """Label and value of one model, which a section or caption names; `grouped` adds a merged column of groups."""
    heads = scene.own.pick(of_part(VALUE_HEADS, scene.part))
    rows = [[Cell(head, header=True) for head in heads]]
    for name in names:
        label = Cell(_head(scene, name, scene.own.random(), False))
        rows.append([label, _cell(scene, model, name, "", False)])
    if grouped and len(names) >= 4:
        half = len(names) // 2
        rows[0].insert(0, Cell("Group", header=True))
        rows[1].insert(0, Cell("Main", rowspan=half))
        rows[1 + half].insert(0, Cell("Further", rowspan=len(names) - half))
    return _placed(scene, Table(rows))


def _placed(scene: Scene, table: Table) -> Table:
    """Fix the look, and tell each mark the row and column of its cell."""
    table.rules = scene.own.pick(of_part(RULES, scene.part))
    table.repeat = scene.own.chance(0.5)
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(table.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            taken |= {(y + down, x + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
            for mark in cell.marks:
                if isinstance(mark, Mention):
                    mark.row, mark.column = y, x
            x += cell.colspan
    return table


def _head(scene: Scene, name: str, draw: float, unit: bool) -> str:
    label = PARAMETERS[name].label(scene.part, draw)
    if unit:
        return f"{label} ({IN_UNITS[name][0]})"
    if name in RESULTS and draw < 0.5:
        return f"{label} (%)" if draw < 0.2 else f"{label} ({shots(name)})"
    return label


def _cell(scene: Scene, model: Model, name: str, surface: str, unit: bool) -> Cell:
    """The value, as the header's unit asks for; a dash where the model has none, or now and then."""
    spelled, gap, dash = scene.own.random(), scene.own.random(), scene.own.pick(MISSING)
    if name not in model.values or (gap < 0.04 and (model.name, name) not in scene.overrides):
        return Cell(dash)
    value = scene.claim(model, name)
    raw = _united(value, name) if unit else _spelled(scene, name, value, spelled)
    return Cell(raw, marks=[scene.mention(model, name, raw, surface)])


def _united(value: Fact, name: str) -> str:
    written = f"{Decimal(int(value)) / IN_UNITS[name][1]:f}"  # type: ignore[arg-type]
    return written.rstrip("0").rstrip(".") if "." in written else written


def _spelled(scene: Scene, name: str, value: Fact, draw: float) -> str:
    from benchmarks.truth.spelling import spell

    return spell(PARAMETERS[name], value, scene.part, draw)


def _groups(names: list[str]) -> list[tuple[str, int]]:
    """Runs of names of one group; empty if there are fewer than two groups."""
    runs: list[tuple[str, int]] = []
    for name in names:
        group = GROUPS.get(name, "Other")
        if runs and runs[-1][0] == group:
            runs[-1] = (group, runs[-1][1] + 1)
        else:
            runs.append((group, 1))
    return runs if len(runs) > 1 and max(count for _, count in runs) > 1 else []
