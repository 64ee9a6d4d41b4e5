"""Groups of samples with orthogonal gradients, whose thresholds are independent.

Samples are joined where some product of their gradients is not 0: the components of that graph span
orthogonal spaces, invariant under every H_i, so C and D keep each group's block, and between groups only
(1 - p) HSH acts.  A group is split off only if its products with all others are shown to be exactly 0: in
coordinates, where no parameter is shared, or else in integers.
"""

import numpy as np
from flint import fmpz_mat
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from numerics.cholesky import SLACK, gamma
from numerics.stability_input import Gradients
from numerics.stability_range import integers

FEW = 2**27                   # multiplications of long integers that showing products to be 0 may cost


def parts(data):
    """Groups of samples with orthogonal gradients, those of largest gradients first.

    Samples without any nonzero entry belong to no group.

    Cost     a few passes over the entries; for a group found, its products with the rest
    """
    labels, coordinates = _groups(data)
    found = []
    for label in np.unique(labels[labels >= 0]):
        columns = np.flatnonzero(coordinates == label)
        chosen = np.repeat(labels == label, data.outputs)
        rows = data.rows if chosen.all() and len(columns) == data.dimension else data.rows[np.ix_(chosen, columns)]
        found += [_part(data, columns, group) for group in _orthogonal(rows, data.outputs)]
    return sorted(found, key=lambda part: -part.ceiling)


def _part(data, columns, rows):
    size = (rows.reshape(-1, data.outputs*rows.shape[1])**2).sum(axis=1).max()
    return Gradients(data.count, data.dimension, data.outputs, rows, columns=columns,
                     ceiling=SLACK*float(size), faithful=data.faithful)


def _groups(data):
    """Group number of each sample (-1 for none) and of each parameter: they share coordinates."""
    stacked = data.rows.reshape(data.count, data.outputs, data.dimension)
    if stacked.all():
        return np.zeros(data.count, dtype=int), np.zeros(data.dimension, dtype=int)
    sample, parameter = np.nonzero((stacked != 0).any(axis=1))
    size = data.count + data.dimension
    graph = coo_array((np.ones(len(sample)), (sample, data.count + parameter)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    alone = np.ones(data.count, dtype=bool)
    alone[sample] = False
    return np.where(alone, -1, labels[:data.count]), labels[data.count:]


def _orthogonal(rows, outputs):
    """The rows of each group of samples orthogonal to all others, exactly; all rows if there is but one."""
    left, found = np.arange(len(rows)//outputs), []
    while len(left):
        reached = _reached(rows.reshape(-1, outputs, rows.shape[1])[left])
        found.append(left[reached])
        left = left[~reached]
    if len(found) == 1:
        return [rows]
    groups = [rows.reshape(-1, outputs, rows.shape[1])[group].reshape(-1, rows.shape[1]) for group in found]
    apart = all(exactly_orthogonal(group, np.concatenate(groups[j + 1:])) for j, group in enumerate(groups[:-1]))
    return groups if apart else [rows]


def _reached(samples):
    """Which samples are joined to the first, as far as doubles tell: products with random sums of those reached."""
    rows, (count, outputs, size) = samples.reshape(-1, samples.shape[2]), samples.shape
    lengths, rng = np.linalg.norm(rows, axis=1), np.random.default_rng(0)
    reached, fresh = np.arange(count) == 0, np.arange(count) == 0
    while fresh.any() and not reached.all():
        chosen = np.repeat(fresh, outputs)
        weights = rng.uniform(1, 2, chosen.sum())
        seen = np.abs(rows @ (weights @ rows[chosen]))
        noise = gamma(size + len(weights) + 2)*lengths*float(weights @ lengths[chosen])
        fresh = (seen > noise).reshape(count, outputs).any(axis=1) & ~reached
        reached |= fresh
    return reached


def exactly_orthogonal(left, right):
    """Whether all products of a row of the one with a row of the other are shown to be 0; no rounding enters.

    Integers of so few bits that their products add up exactly in doubles are multiplied there.
    """
    (one, first), (other, second) = integers(left), integers(right)
    if first + second + left.shape[1].bit_length() <= 53:
        return not (np.array(one, dtype=float) @ np.array(other, dtype=float).T).any()
    if left.size*len(right) > FEW:
        return False
    return fmpz_mat(one)*fmpz_mat(other).transpose() == fmpz_mat(len(one), len(other))
