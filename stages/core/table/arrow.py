"""PyArrow without pandas, for its effect: half a second less in each process that makes an array.

With its first array PyArrow imports pandas, to tell a Series from a list, unless pandas is not to be found. So it is
let look once while that is so. `to_pandas` still works afterwards: what needs pandas looks for it again.
"""

import sys

import pyarrow as pa


class _Absent:
    """An importer that says of pandas that it is not there."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ImportError(name)


if "pandas" not in sys.modules:
    sys.meta_path.insert(0, _Absent)
    pa.array([])
    sys.meta_path.remove(_Absent)
