"""An order of documents that does not hang on their paths, so that a renamed document stays where it was."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

COLUMNS = ["document", "digest", "title", "kind"]


def by_title(facts: pa.Table) -> Any:
    """The rows of facts/ (COLUMNS of it) sorted by title and kind, equal ones by what they say.

    A document without a title stands by its path, which is what it is called then.
    """
    title = pc.fill_null(facts["title"], "")
    called = pc.if_else(pc.equal(title, ""), facts["document"], title)
    keys = pa.table({"title": called, **{name: facts[name] for name in ("kind", "digest", "document")}})
    return pc.sort_indices(keys, [(name, "ascending") for name in keys.column_names])
