"""The stages. Started by another Python than the project's, they say so in one line; where a server has all libraries
loaded (core/ready.py), they start there."""

import importlib.util
import sys

if importlib.util.find_spec("annotated_types") is None:
    sys.exit("litmill: this Python has none of the project's libraries; activate the environment first: "
             "source .venv/bin/activate")  # fmt: skip

if sys.argv[0] == "-m":  # the interpreter is looking for the module that it was told to run
    from stages.core.ready import hand_over

    hand_over(sys.orig_argv)
