"""Arrays as bytes, each in the smallest type that holds every number of it exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]

WHOLE = ("<u1", "<u2", "<i4")
SMALLEST = (*WHOLE, "<f4")
HEAD = 8  # bytes for the name of the type in front, so that the numbers are aligned


def pack(numbers: ArrayLike) -> bytes:
    """Numbers as bytes; NaN stays NaN."""
    array = np.ascontiguousarray(numbers, dtype="<f8")
    kind = next((kind for kind in SMALLEST if _fits(array, kind)), "<f8")
    return kind.encode().ljust(HEAD) + array.astype(kind).tobytes()


def _fits(array: Numbers, kind: str) -> bool:
    if kind in WHOLE:
        limits = np.iinfo(kind)
        if array.size and not (limits.min <= array.min() and array.max() <= limits.max):  # NaN is in no range
            return False
        return bool((array == np.floor(array)).all())
    with np.errstate(over="ignore"):
        return bool(np.array_equal(array.astype(kind), array, equal_nan=True))


def unpack(packed: bytes) -> NDArray[np.generic]:
    """The array as it was packed, flat and in its small type; it cannot be written to."""
    return np.frombuffer(packed, dtype=packed[:HEAD].decode().strip(), offset=HEAD)
