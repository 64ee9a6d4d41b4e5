"""Groups of samples with orthogonal gradients, whose thresholds are independent.

Samples are joined where some product of their gradients is not 0: the components of that graph span
orthogonal spaces, invariant under every H_i, so C and D keep each group's block, and between groups only
(1 - p) HSH acts.  Groups that share no parameter are orthogonal.  Others are split off where the products between
them are no larger than rounding may have left; these are bounded and count as distance from a kernel without them.
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from numerics.cholesky import SLACK, TINY, depth, gamma, norm, product
from numerics.stability_input import Gradients


def parts(data):
    """Groups of samples with orthogonal gradients, those of largest gradients first.

    Samples without any nonzero entry belong to no group.  Each part's `distance` bounds, in spectral norm, how far
    the kernel of all samples is from the one without products between groups.

    Cost     a few passes over the entries; for groups found beside shared parameters, the products between them
    """
    labels, coordinates = _groups(data)
    found, distance = [], data.distance
    for label in np.unique(labels[labels >= 0]):
        columns = np.flatnonzero(coordinates == label)
        chosen = np.repeat(labels == label, data.outputs)
        rows = data.rows if chosen.all() and len(columns) == data.dimension else data.rows[np.ix_(chosen, columns)]
        groups, products = _orthogonal(rows, data.outputs)
        found += [(columns, group) for group in groups]
        distance += products
    return sorted((_part(data, *group, SLACK*distance) for group in found), key=lambda part: -part.ceiling)


def _part(data, columns, rows, distance):
    size = (rows.reshape(-1, data.outputs*rows.shape[1])**2).sum(axis=1).max()
    return Gradients(data.count, data.dimension, data.outputs, rows, columns=columns,
                     ceiling=SLACK*float(size), distance=distance)


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
    """The rows of each group of samples that are orthogonal but for rounding, and a bound of the products between
    groups; all rows and 0 if there is but one group."""
    left, found = np.arange(len(rows)//outputs), []
    while len(left):
        reached = _reached(rows.reshape(-1, outputs, rows.shape[1])[left])
        found.append(left[reached])
        left = left[~reached]
    if len(found) == 1:
        return [rows], 0.0
    groups = [rows.reshape(-1, outputs, rows.shape[1])[group].reshape(-1, rows.shape[1]) for group in found]
    products, rounding = _between(groups)
    return (groups, SLACK*(products + rounding)) if products <= rounding else ([rows], 0.0)


def _between(groups):
    """Frobenius norms, from above: of the computed products of rows of different groups, and of their rounding."""
    rows, square, rounding, stop = np.concatenate(groups), 0.0, TINY, 0
    for group in groups[:-1]:
        stop += len(group)
        rest = rows[stop:]
        square += 2*float(norm(product(group, rest.T)))**2                   # either order: twice
        rounding += 2*gamma(depth(rows.shape[1]))*float(norm(group)*norm(rest))
    return SLACK*np.sqrt(square), SLACK*rounding


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
