"""`litmill ask "<question>"`: what the corpus says, each value with the words that say it. Nothing is run.

litmill ask "context length of Mistral 7B"            a parameter of a model; values that disagree are all shown
litmill ask "Mistral 7B"                              all that is known of it
litmill ask "layers of Llama 2 7B and Qwen2 7B"       several models, several parameters
litmill ask "models that use RoPE"                    what has a component
litmill ask --sql "select name, count(*) from parameters group by name"
litmill ask --sql                                     the tables that SQL can read, with their columns
litmill ask "How does RMSNorm work?"                  any other question: sentences of the documents, each cited
litmill ask --search "scaling of positions"           the passages that a search finds
--json, --csv                                         in a form for programs, with whole quotes

Exit code 0: all that was asked is answered; 1: the corpus does not say some of it; 2: the question is not understood.
"""

from __future__ import annotations

import sys

from stages.core.run.errors import UserError

FORMS = {"--json": "json", "--csv": "csv"}


def main(arguments: list[str]) -> int:
    """Answer a question or run a query."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else 2
    forms = [FORMS[argument] for argument in arguments if argument in FORMS]
    words = [argument for argument in arguments if argument not in FORMS]
    unknown = [word for word in words if word.startswith("--") and word not in ("--sql", "--search")]
    if len(forms) > 1 or unknown:
        raise UserError(
            f"{' '.join(unknown) or '--json --csv'}: there are --sql or --search, and one of --json and --csv"
        )
    form = forms[0] if forms else "text"
    if "--sql" in words:
        from litmill.ask.sql import run

        words.remove("--sql")
        return run(" ".join(words), form)
    from litmill.ask.free import asks_freely, free, passages

    if "--search" in words:
        words.remove("--search")
        return passages(" ".join(words), form, sys.stdout)
    text = " ".join(words)
    if asks_freely(text):
        return free(text, form, sys.stdout)
    from litmill.ask.answer import answer
    from litmill.ask.show import show

    known = answer(text)
    show(known, form, sys.stdout)
    return 1 if known.unsaid else 0
