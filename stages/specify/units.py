"""Numbers as people write them: 100M parameters, 24GB of memory."""

from __future__ import annotations

COUNTS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
BYTES = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def count(text: str) -> int:
    """A count such as 100M or 1.5B."""
    suffix = text[-1] if text[-1] in COUNTS else ""
    return round(float(text.removesuffix(suffix)) * COUNTS[suffix])


def size(text: str) -> int:
    """A size such as 24GB, in bytes."""
    return round(float(text[:-2]) * BYTES[text[-2:]])


def shown(number: float, unit: str = "") -> str:
    """A number with thousands separated, or in scientific notation when it is long; then its unit."""
    digits = f"{number:,}" if isinstance(number, int) and number < 10**15 else f"{number:.4g}"
    return f"{digits} {unit}".strip()


def shown_bytes(number: int) -> str:
    """A size in the largest unit that keeps it above one."""
    for unit, scale in reversed(BYTES.items()):
        if number >= scale:
            return f"{number / scale:.2f} {unit}"
    return f"{number} B"
