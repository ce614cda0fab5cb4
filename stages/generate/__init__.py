"""generate: from a specification to a small project that trains.

    dvc repro generate             # or alone: python -m stages.generate scaffold=out/scaffold

reads   spec/
writes  scaffold/: model.py, train.py, config.yaml, tests/, README.md, AGENTS.md, pyproject.toml (PyTorch)

The templates lie beside this file. The stage renders text and loads no torch; the tests import what it wrote, count its
parameters and train it.
"""

from __future__ import annotations

from stages.core.run.config import config

LIBRARIES = ("jinja2", "pyyaml")


@config
class Config:
    """generate is told everything by the specification."""
