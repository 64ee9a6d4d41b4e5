"""SGD's second moment along all batch sequences, and over reshuffled epochs, in exact rationals.

One step takes x to x - eta H_B x, H_B the mean of H_i over the batch B.  Nothing here uses the
formula with C and D: the paths are the definition carried out, the operators are averages of
(I - eta H_B) S (I - eta H_B) over the batches or of products of them over the orders.
"""

from itertools import combinations, permutations, product
from math import comb, factorial

from flint import fmpq, fmpq_mat

from numerics.reading import whole
from numerics.stability_exact import (congruence, extreme_root, fractions, hessian, identity, mean_of, rational,
                                      read_samples)

MOST = 2_000_000              # sequences or orders that are still enumerated


def batches(count, batch_size=1, replacement=True):
    """All equally likely batches of indices: subsets, or with replacement all B-tuples."""
    indices, batch_size = range(whole("count", count, 1)), whole("batch_size", batch_size, 1)
    return list(product(indices, repeat=batch_size) if replacement else combinations(indices, batch_size))


def second_moment_path(samples, step_size, steps, batch_size=1, *, replacement=True, starts=None):
    """E|x_t|^2 for t = 0, ..., steps, by running SGD along every batch sequence.

    samples : lists of gradient rows, exact rationals; step_size : exact rational
    starts : vectors over which the result is averaged too; by default the d unit vectors

    Returns  list of steps + 1 Fractions
    Error    none
    Cost     (number of batches)^steps times d^2
    Raises   ValueError if that number of sequences exceeds 2 million
    """
    updates, steps = step_matrices(samples, step_size, batch_size, replacement), whole("steps", steps)
    _affordable(len(updates)**steps, "batch sequences; use fewer steps or `second_moment_by_operator`")
    size = updates[0].nrows()
    starts = identity(size).tolist() if starts is None else [[rational(x) for x in start] for start in starts]
    totals = [fmpq(0)]*(steps + 1)
    for start in starts:
        _walk(fmpq_mat([start]).transpose(), updates, totals, 0)
    shares = [len(starts)*len(updates)**t for t in range(steps + 1)]
    return fractions(fmpq_mat([[total/share for total, share in zip(totals, shares)]]))[0]


def _walk(x, updates, totals, t):
    totals[t] += (x.transpose()*x)[0, 0]
    if t + 1 < len(totals):
        for update in updates:
            _walk(update*x, updates, totals, t + 1)


def second_moment_by_operator(samples, step_size, steps, batch_size=1, *, replacement=True):
    """The same numbers for the unit vectors as starts, by moving S = E[x x'] from I/d: batches*steps*d^3.

    Returns  list of steps + 1 Fractions.  Error: none
    """
    updates, steps = step_matrices(samples, step_size, batch_size, replacement), whole("steps", steps)
    size = updates[0].nrows()
    moment, found = identity(size)/size, []
    for t in range(steps + 1):
        found.append(sum((moment[a, a] for a in range(size)), fmpq(0)))
        moment = mean_of([update*moment*update for update in updates]) if t < steps else moment
    return fractions(fmpq_mat([found]))[0]


def step_matrices(samples, step_size, batch_size=1, replacement=True):
    """I - eta H_B for each batch of `batches`, as fmpq_mat."""
    samples, step_size, batch_size = read_samples(samples), rational(step_size), whole("batch_size", batch_size, 1)
    if not 1 <= batch_size <= (batch_size if replacement else len(samples)):
        raise ValueError(f"batch_size = {batch_size} must lie between 1 and n = {len(samples)}")
    number = len(samples)**batch_size if replacement else comb(len(samples), batch_size)
    _affordable(number, "batches")
    curvatures = [hessian(rows) for rows in samples]
    means = [mean_of([curvatures[i] for i in batch])
             for batch in batches(len(samples), batch_size, replacement)]
    return [identity(mean.nrows()) - mean*step_size for mean in means]


def step_operator(samples, step_size, batch_size=1, *, replacement=True):
    """One step's average of (I - eta H_B) S (I - eta H_B) on the entries S_ab, a <= b, row by row.

    Returns  (N, N) fmpq_mat, N = d(d + 1)/2; `.charpoly()` is the recurrence that E|x_t|^2 obeys
    Error    none
    """
    return mean_of([congruence(update) for update in step_matrices(samples, step_size, batch_size, replacement)])


def growth(samples, step_size, batch_size=1, *, replacement=True):
    """The factor by which E|x_t|^2 grows per step in the end: the largest eigenvalue of `step_operator`.

    Returns  SymPy Rational or ball (its eigenvalues are real).  Error: none, or enclosed
    """
    return extreme_root(step_operator(samples, step_size, batch_size, replacement=replacement).charpoly())


def epoch_operator(samples, step_size):
    """The mean over all orders pi of P S P', P the product of I - eta H_i in the order pi.

    One epoch of SGD with batch size 1 and a fresh uniform order moves the second moment so.  It is
    self-adjoint (reverse the order) and keeps the positive semidefinite cone.

    Returns  (N, N) fmpq_mat on the entries S_ab, a <= b
    Error    none
    Cost     n! d^3 + n! N^2; refused above 2 million orders
    """
    return mean_of([congruence(path.transpose()) for path in _orders(samples, step_size)])


def epoch_growth(samples, step_size):
    """The largest eigenvalue of `epoch_operator`: E|x|^2 stays bounded over epochs exactly if it is <= 1.

    Returns  SymPy Rational or ball.  Error: none, or enclosed
    """
    return extreme_root(epoch_operator(samples, step_size).charpoly())


def epoch_mean_square(samples, step_size):
    """<I, T I>/d = mean over orders of |P|_F^2/d, a lower bound of `epoch_growth` (d = rank H).

    Returns  Fraction.  Error: none
    """
    orders = _orders(samples, step_size)
    total = sum((x*x for path in orders for row in path.tolist() for x in row), fmpq(0))
    return fractions(fmpq_mat([[total/len(orders)/orders[0].nrows()]]))[0][0]


def _orders(samples, step_size):
    updates = step_matrices(samples, step_size)
    _affordable(factorial(len(updates)), "orders of an epoch")
    return [_composed(order) for order in permutations(updates)]


def _composed(updates):
    path = identity(updates[0].nrows())
    for update in updates:
        path = update*path
    return path


def _affordable(number, what):
    if number > MOST:
        raise ValueError(f"{number} {what} would have to be enumerated; the limit is {MOST}")
