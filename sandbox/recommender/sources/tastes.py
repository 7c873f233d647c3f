"""The preference model behind members' choices, fitted on every real rating. The ranker never sees it."""

from __future__ import annotations

import numpy as np
from sklearn.utils.extmath import randomized_svd

from sandbox.recommender.engine.scene import Bools, Floats, Ints

FACTORS = 16
ITEM_DOUBT = 10.0  # ratings' worth of shrinkage towards the mean
GENRE_DOUBT = 4.0
WEIGHTS = {"item": 0.8, "genre": 0.7, "factors": 0.9}  # of the parts, each in standard deviations


def fit_preference(member: Ints, item: Ints, stars: Floats, of_genre: Bools, members: int) -> Floats:
    """Preference of every member for every item, shape (members, items), mean 0, standard deviation 1.

    The sum of a shrunk item mean, shrunk member-by-genre means of what that leaves, and a truncated SVD of what both
    leave (biased matrix factorisation in the manner of Koren, Bell and Volinsky, 2009, fitted in one pass).
    """
    items = len(of_genre)
    centred = stars - _shrunk_mean(member, stars - stars.mean(), members, ITEM_DOUBT)[member] - stars.mean()
    by_item = _shrunk_mean(item, centred, items, ITEM_DOUBT)
    left = np.zeros((members, items))
    left[member, item] = centred - by_item[item]
    by_genre = _genre_part(left, of_genre, left != 0)
    left[member, item] -= by_genre[member, item]
    u, s, v = randomized_svd(left, FACTORS, n_iter=4, random_state=0)
    factors = (u * s) @ v
    factors /= factors.std(axis=1, keepdims=True) + 1e-9  # a member with few ratings has tastes too
    parts = {"item": np.broadcast_to(by_item, left.shape), "genre": by_genre, "factors": factors}
    whole = sum((WEIGHTS[name] * part / part.std() for name, part in parts.items()), np.zeros_like(left))
    return np.asarray((whole - whole.mean()) / whole.std(), dtype=np.float32)


def _shrunk_mean(group: Ints, values: Floats, groups: int, doubt: float) -> Floats:
    total = np.bincount(group, weights=values, minlength=groups)
    return np.asarray(total / (np.bincount(group, minlength=groups) + doubt))


def _genre_part(left: Floats, of_genre: Bools, rated: Bools) -> Floats:
    weight = of_genre / of_genre.sum(axis=1, keepdims=True)
    mean = (left @ weight) / (rated.astype(float) @ weight + GENRE_DOUBT)
    return np.asarray(mean @ weight.T)
