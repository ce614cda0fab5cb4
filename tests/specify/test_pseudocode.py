"""The pseudocode is read back by its grammar, and a wrong shape is refused."""

from __future__ import annotations

import pytest
from lark.exceptions import LarkError

from stages.specify.pseudocode import PseudocodeError, check

TEXT = """
dim batch
dim hidden = 4
dim wide = 8
dim layers = 3
weight up [layers, wide, hidden]  # three of them
input x [batch, hidden]
repeat layer in layers:
  y [batch, wide] = silu(einsum(batch hidden, wide hidden -> batch wide; x, up[layer])) * 2.0
end
return y [batch, wide]
"""


def test_weights_are_counted() -> None:
    assert check(TEXT) == 3 * 8 * 4


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("y [batch, wide] = silu", "y [batch, hidden] = silu", "y is declared"),
        ("wide hidden -> batch wide", "hidden wide -> batch wide", "operand of einsum"),
        ("up[layer]", "x", "operand of einsum"),
        ("-> batch wide", "-> batch layers", "its operands do not have"),
        ("dim wide = 8\n", "", "wide is not declared"),
        ("return y", "weight more [wide]\nreturn y", "more is declared and not used"),
        (
            "einsum(batch hidden, wide hidden -> batch wide; x,",
            "einsum(batch hidden, wide hidden -> batch wide; z,",
            "z is used before",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_refused(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(PseudocodeError, match=message):
        check(TEXT.replace(old, new))


def test_text_that_is_not_the_language_is_refused() -> None:
    with pytest.raises(LarkError):
        check(TEXT.replace("end", ""))
