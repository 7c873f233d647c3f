"""Arrays as bytes, each in the smallest type that holds every number of it exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]

WHOLE = {kind: (float(np.iinfo(kind).min), float(np.iinfo(kind).max)) for kind in ("<u1", "<u2", "<i4")}
HEAD = 8  # bytes for the name of the type in front, so that the numbers are aligned


def pack(numbers: ArrayLike) -> bytes:
    """Numbers as bytes; NaN stays NaN."""
    array = np.ascontiguousarray(numbers, dtype="<f8")
    kind = _smallest(array)
    return kind.encode().ljust(HEAD) + array.astype(kind).tobytes()


def _smallest(array: Numbers) -> str:
    if not array.size:
        return next(iter(WHOLE))
    if (array == np.floor(array)).all():  # NaN is not
        low, high = array.min(), array.max()
        for kind, (least, most) in WHOLE.items():
            if least <= low and high <= most:
                return kind
    with np.errstate(over="ignore"):
        return "<f4" if np.array_equal(array.astype("<f4"), array, equal_nan=True) else "<f8"


def unpack(packed: bytes) -> NDArray[np.generic]:
    """The array as it was packed, flat and in its small type; it cannot be written to."""
    return np.frombuffer(packed, dtype=packed[:HEAD].decode().strip(), offset=HEAD)
