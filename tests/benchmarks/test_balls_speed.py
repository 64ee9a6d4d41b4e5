"""Balls against the honest alternative, on the same certificate.

The first pair: the two-step orbit of gradient descent on the quartic, for every K in [1, 5/4], by 64 boxes:
    m^2 + 3 q = 1,   3 m^2 + q = 1 + 2/K,   certified by Krawczyk's operator.
Both certify all 64 boxes at 128 bits; the ratios are read off the benchmark table.
"""

from fractions import Fraction

import numpy as np
import pytest
from flint import acb_mat, arb, fmpq
from mpmath import iv

from numerics.balls import box, eigenvalues, from_exact, iterate, krawczyk, lower, precision, upper
from numerics.balls.arrays import BallArray
from numerics.balls.bundles import Bundle, Frame, after
from numerics.relu_neuron import gradient, hessian

PARTS = 64
PIECES = [(1 + Fraction(i, 4*PARTS), 1 + Fraction(i + 1, 4*PARTS)) for i in range(PARTS)]
SIDE = Fraction(1, 32)


def around(low, high):
    """A rational box round m = sqrt((1 + 3/K)/4), q = (1 - 1/K)/4 at the middle K."""
    k = (low + high)/2
    m = (1 + (1 + 3/k)/4)/2          # Newton's first step for the root, from 1
    return [(c - SIDE, c + SIDE) for c in (m, (1 - 1/k)/4)]


def residual(z, k):
    return [z[0]*z[0] + 3*z[1] - 1, 3*z[0]*z[0] + z[1] - 1 - 2/k]


def slopes(z, k):
    return [[2*z[0], 3], [6*z[0], 1]]


def by_balls(prepared):
    with precision(128):
        return [krawczyk(residual, slopes, unknowns, [k]) for unknowns, k in prepared]


def interval(low, high):
    ends = [iv.mpf(e.numerator)/e.denominator for e in (low, high)]
    return iv.mpf([ends[0].a, ends[1].b])


def by_mpmath_intervals(prepared):
    return sum(certified(m, q, k) for (m, q), k in prepared)


def certified(m, q, k):
    """Krawczyk's operator in two unknowns, written out."""
    m0, q0 = iv.mpf(m.mid), iv.mpf(q.mid)
    # C is the inverse of [[2 m, 3], [6 m, 1]] at the middle, determinant -16 m.
    a, b, c, d = (iv.mpf((e/(-16*m0)).mid) for e in (iv.mpf(1), iv.mpf(-3), -6*m0, 2*m0))
    f, g = m0*m0 + 3*q0 - 1, 3*m0*m0 + q0 - 1 - 2/k
    s = [[1 - (a*2*m + b*6*m), -(a*3 + b)], [-(c*2*m + d*6*m), 1 - (c*3 + d)]]
    new_m = m0 - (a*f + b*g) + s[0][0]*(m - m0) + s[0][1]*(q - q0)
    new_q = q0 - (c*f + d*g) + s[1][0]*(m - m0) + s[1][1]*(q - q0)
    return m.a < new_m.a and new_m.b < m.b and q.a < new_q.a and new_q.b < q.b


@pytest.mark.benchmark(group="krawczyk, 64 boxes of the quartic")
def test_krawczyk_by_balls(benchmark):
    with precision(128):
        prepared = [([box(*side) for side in around(*piece)], box(*piece)) for piece in PIECES]
    zeros = benchmark(by_balls, prepared)
    assert len(zeros) == PARTS and all(zero.contraction < 1 for zero in zeros)


@pytest.mark.benchmark(group="krawczyk, 64 boxes of the quartic")
def test_krawczyk_by_mpmath_intervals(benchmark, monkeypatch):
    monkeypatch.setattr(iv, "prec", 128)
    prepared = [([interval(*side) for side in around(*piece)], interval(*piece)) for piece in PIECES]
    assert benchmark(by_mpmath_intervals, prepared) == PARTS


def turn(v):
    """A rotation by the angle of 3-4-5, times 99/100."""
    return [v[0]*COSINE - v[1]*SINE, v[0]*SINE + v[1]*COSINE]


COSINE, SINE = fmpq(297, 500), fmpq(396, 500)
START = [from_exact(1, Fraction(1, 2**10)), from_exact(0, Fraction(1, 2**10))]


def plain_balls(steps):
    v = START
    for _ in range(steps):
        v = turn(v)
    return v


@pytest.mark.benchmark(group="400 steps of a rotating contraction: what a useful answer costs")
def test_lohner_tube(benchmark):
    with precision(128):
        found = benchmark(iterate, turn, lambda v: [[COSINE, -SINE], [SINE, COSINE]], START, 400)
    assert all(upper(b) - lower(b) < Fraction(1, 2**14) for b in found)


@pytest.mark.benchmark(group="400 steps of a rotating contraction: what a useful answer costs")
def test_plain_balls_end_wider_than_one(benchmark):
    with precision(128):
        assert all(b.rad() > 1 for b in benchmark(plain_balls, 400))


@pytest.mark.benchmark(group="eigenvalues of the path with 10 vertices")
def test_eigenvalues_by_residual(benchmark):
    with precision(128):
        assert len(benchmark(eigenvalues, path(10))) == 10


@pytest.mark.benchmark(group="eigenvalues of the path with 10 vertices")
def test_eigenvalues_by_flint(benchmark):
    with precision(128):
        assert len(benchmark(acb_mat(path(10)).eig)) == 10


def path(n):
    return [[2*(i == j) - (abs(i - j) == 1) for j in range(n)] for i in range(n)]


# Twelve steps of the ReLU neuron from 500 starts: one bundle of float boxes against one Lohner tube for each start.
STARTS = [(fmpq(1, 10), fmpq(k, 6000), fmpq(1, 12)) for k in range(1, 501)]
STEP_SIZE = fmpq(21, 20)


def neuron(point):
    return [x - STEP_SIZE*g for x, g in zip(point, gradient(*point))]


def neuron_slopes(point):
    return [[int(i == j) - STEP_SIZE*h for j, h in enumerate(row)] for i, row in enumerate(hessian(*point))]


def by_tubes(starts):
    with precision(53):
        return [upper(iterate(neuron, neuron_slopes, [arb(x) for x in start], 12)[2]) for start in starts]


def by_bundle(starts):
    k, frame = BallArray.of(STEP_SIZE), Frame([[1, 1, 0], [1, -1, 0], [0, 0, 1]])
    bundle = Bundle.of_points([BallArray.of(list(column)) for column in zip(*starts)], frame)
    move = lambda point: [x - k*g for x, g in zip(point, gradient(*point))]
    table = lambda point: [[int(i == j) - k*h for j, h in enumerate(row)] for i, row in enumerate(hessian(*point))]
    return after(move, table, bundle, np.full(len(starts), 12))[2].upper()


@pytest.mark.parametrize("route", [by_tubes, by_bundle])
@pytest.mark.benchmark(group="500 orbits of a neuron")
def test_many_orbits(benchmark, route, once):
    starts = STARTS[::10] if once else STARTS
    found = benchmark(route, starts)
    assert len(found) == len(starts) and all(abs(float(x)) < 1 for x in found)
