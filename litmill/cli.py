"""`litmill <verb>`: what is not the build itself. A verb is a module with `main(arguments) -> exit code`.

Only the verb that is called is imported, so help costs a tenth of a second. The build is `dvc repro`.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys

from stages.core.run.errors import UserError

VERBS = {
    "sweep": "run the points of a sweep as DVC experiments: litmill sweep --multirun train.rank=4,8",
    "plan": "say what `dvc repro` would run, on how many documents, about how long: litmill plan",
    "why": 'say what changed, or what something stands on: litmill why train, litmill why "rank of 8"',
    "impact": "say what stands on a document: litmill impact markdown/lora.md",
    "ask": 'say what the corpus says, with its sources: litmill ask "context length of Mistral 7B", litmill ask --sql',
    "verify": "check that every sentence and cell of the documentation stands on its source: litmill verify",
    "watch": "build, and build again when a document or a setting changes, in seconds: litmill watch",
    "serve": "search over HTTP, on this machine: litmill serve",
    "summary": "say where the site, the adapter and the fragments lie, and what to try next",
    "setup": "get what the build needs besides Python packages: the Weaviate server",
}
CUT_OFF = 128 + signal.SIGPIPE  # what a shell says of a program that ends so


def main() -> int:
    """Run a verb. Exit code 2 for a user's mistake, with one line on standard error."""
    verb, arguments = (sys.argv[1] if len(sys.argv) > 1 else "--help"), sys.argv[2:]
    if verb in ("-h", "--help"):
        print("usage: litmill <verb> ...   (the build itself: dvc repro)\n")
        for name, meaning in VERBS.items():
            print(f"  {name:<9} {meaning}")
        return 0
    if verb not in VERBS:
        print(f"litmill: no verb {verb!r}; there are: {', '.join(VERBS)}", file=sys.stderr)
        return 2
    try:
        code: int = importlib.import_module(f"litmill.{verb}").main(arguments)
        sys.stdout.flush()
        return code
    except UserError as error:
        print(f"litmill {verb}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read has had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the interpreter can flush at its end
        return CUT_OFF


if __name__ == "__main__":
    sys.exit(main())
