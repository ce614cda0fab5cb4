"""How alike documents are, in what they mean and in the words that they have; and what those say that are most alike.

A vector alone finds the subject, and passes over what documents of one work have in common: the names that it uses. So
beside it stand the document's terms, the rare ones most, folded into as many numbers by a hash of each.
"""

from __future__ import annotations

import zlib

import numpy as np

from stages.organize.documents import Terms

FOLDED = 512  # numbers that hold the terms
NEIGHBOURS = 10  # documents that one leans on
BLOCK = 1024
SPAN = 32  # numbers, evenly apart, of which the largest stands for all when the largest of many are sought


def alike(vectors: np.ndarray, terms: Terms) -> np.ndarray:
    """Unit vectors of documents: what they mean and their terms, each half of it."""
    return unit_rows(np.hstack([vectors, _folded(terms, len(vectors))]))


def leaning(vectors: np.ndarray, scores: np.ndarray, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Of each of these rows, the mean of the scores of those of `others` most like it, the more alike the more."""
    missing = -len(others) % SPAN if len(others) else SPAN
    held = np.pad(vectors[others], ((0, missing), (0, 0)))
    said = np.pad(scores[others], ((0, missing), (0, 0)))
    numbers = np.pad(others, (0, missing), constant_values=-1)
    found = np.zeros((len(rows), scores.shape[1]))
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        near = vectors[block] @ held.T
        closest = _largest(near, NEIGHBOURS + 1)
        weights = np.maximum(np.take_along_axis(near, closest, axis=1), 0).astype(np.float64)
        weights[numbers[closest] == block[:, None]] = 0
        total = np.maximum(weights.sum(axis=1), np.finfo(float).tiny)
        found[start : start + BLOCK] = np.einsum("rn,rns->rs", weights, said[closest]) / total[:, None]
    return found


def _folded(terms: Terms, documents: int) -> np.ndarray:
    """The terms of documents as unit vectors: each by how few have it, and not at all where one alone does."""
    often = np.bincount(terms.codes, minlength=len(terms.names))
    rarity = np.where(often > 1, np.log(documents / np.maximum(often, 1)), 0)
    hashes = np.array([zlib.crc32(name.encode()) for name in terms.names], dtype=np.int64)
    sign = np.where(hashes >> 31, 1, -1)
    places = terms.documents.astype(np.int64) * FOLDED + (hashes % FOLDED)[terms.codes]
    summed = np.bincount(places, (sign * rarity)[terms.codes], minlength=documents * FOLDED)
    return unit_rows(summed.reshape(documents, FOLDED).astype(np.float32))


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """The rows, each of length 1; rows of zeros stay."""
    lengths = np.sqrt(np.einsum("rn,rn->r", vectors, vectors))[:, None]
    return vectors / np.where(lengths > 0, lengths, 1)


def _largest(numbers: np.ndarray, count: int) -> np.ndarray:
    """The columns of the largest of each row; they lie in as many spans, those with the largest maxima."""
    rows, width = numbers.shape
    if width <= count * SPAN:
        return np.argpartition(-numbers, min(count, width) - 1, axis=1)[:, :count]
    spans = np.argpartition(-numbers.reshape(rows, SPAN, -1).max(axis=1), count - 1, axis=1)[:, :count]
    columns = (spans[:, :, None] + np.arange(0, width, width // SPAN)).reshape(rows, -1)
    held = np.argpartition(-np.take_along_axis(numbers, columns, axis=1), count - 1, axis=1)[:, :count]
    return np.take_along_axis(columns, held, axis=1)
