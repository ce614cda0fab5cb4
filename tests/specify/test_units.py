"""Numbers as people write them."""

from stages.specify.units import count, shown_bytes, size


def test_counts_and_sizes() -> None:
    assert [count(text) for text in ("100M", "1.5B", "500K", "2T", "1234")] == [
        10**8,
        15 * 10**8,
        500_000,
        2 * 10**12,
        1234,
    ]
    assert [size(text) for text in ("24GB", "1.5TB", "64MB", "8KB")] == [24 * 10**9, 15 * 10**11, 64 * 10**6, 8000]
    assert [shown_bytes(number) for number in (10, 1500, 24 * 10**9)] == ["10 B", "1.50 KB", "24.00 GB"]
