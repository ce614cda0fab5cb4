"""The stages. Started by another Python than the project's, they say so in one line."""

import importlib.util
import sys

if importlib.util.find_spec("annotated_types") is None:
    sys.exit("litmill: this Python has none of the project's libraries; activate the environment first: "
             "source .venv/bin/activate")  # fmt: skip
