"""Flows, jets, identities and batched steps against what a user would write instead.

Each pair computes the same thing: the derivatives and the batched steps agree exactly, and both flows
lie in the enclosure.  The ratios are read off the table (`pytest --benchmark-enable`).
"""

from functools import cache

import numpy as np
import pytest
from flint import fmpq
from mpmath import mp
from sympy import Rational, atan, diff, simplify, symbols

from numerics.balls import ball, contains_zero, precision
from numerics.flows import enclose_flow, flow, gradient_flow
from numerics.identities import vanishes
from numerics.jets import taylor
from numerics.parametrisation import Parametrisation
from numerics.steps import stochastic_sam

x, y, z = symbols("x y z", real=True)
DIGITS = 40


def by_series():
    with mp.workdps(DIGITS):
        return flow(gradient_flow((x*y - 1)**2/2, (x, y)), (Rational(3, 5), Rational(2, 5)), 4)


def by_odefun():
    with mp.workdps(DIGITS):
        solution = mp.odefun(lambda t, p: [-(p[0]*p[1] - 1)*p[1], -(p[0]*p[1] - 1)*p[0]], 0,
                             [mp.mpf(3)/5, mp.mpf(2)/5])
        return tuple(solution(4))


LOSS = ((x + y)**3/(1 + x*y) - y**2/3)**2/2


def by_jets():
    jet = taylor(LOSS, (x, y), (fmpq(1, 3), fmpq(1, 7)), 4)
    return [jet.partial(i, j) for i in range(5) for j in range(5 - i)]


def by_differentiation():
    at = {x: Rational(1, 3), y: Rational(1, 7)}
    return [diff(LOSS, x, i, y, j).subs(at) for i in range(5) for j in range(5 - i)]


@cache
def bracket():
    """One component of J [grad G_1, grad G_2] for the screw motion: identically 0."""
    r = x**2 + y**2
    screw = Parametrisation((r/(r + 1), (z - atan(y/x))*r/(r + 1)), (x, y, z))
    return (screw.jacobian*screw.bracket(0, 1))[1]


# Products only: then NumPy rounds a batch as it rounds a scalar.
GRADIENTS = [lambda x, y, z: (2*(1 + z)*(1 + z)*x, 0*y, 2*(1 + z)*x*x),
             lambda x, y, z: (0*x, 2*(2 - z)*(2 - z)*y, -2*(2 - z)*y*y)]
RUNS, STEPS = 200, 20
DRAWN = np.random.default_rng(7).integers(2, size=(STEPS, RUNS))


def sam_together():
    point = tuple(np.full(RUNS, v) for v in (0.1, 0.2, 0.5))
    draws = iter(DRAWN)
    step = stochastic_sam(GRADIENTS, 1/32, 1/16, lambda: next(draws))
    for _ in range(STEPS):
        point = step(point)
    return np.stack(point, axis=1)


def sam_one_by_one():
    ends = []
    for run in range(RUNS):
        point = (0.1, 0.2, 0.5)
        for t in range(STEPS):
            gradient = GRADIENTS[DRAWN[t, run]]
            slope = np.array(gradient(*point))
            up = np.array(point) + (1/16/np.sqrt((slope*slope).sum()))*slope
            point = tuple(np.array(point) - np.array(gradient(*up))/32)
        ends.append(point)
    return np.array(ends)


def exact(derivatives):
    return [Rational(int(d.p), int(d.q)) for d in derivatives]


def within(found, end):
    """Whether a flow's end lies in the balls found, of 27 digits and more."""
    with precision(200):
        return all(contains_zero(b - ball(e)) and b.rad() < ball(10)**-27 for b, e in zip(found, end, strict=True))


@cache
def by_enclosure():
    return enclose_flow(gradient_flow((x*y - 1)**2/2, (x, y)), (Rational(3, 5), Rational(2, 5)), 4, digits=28)


# two ways to the same, and whether what one of them gives is right: the other way's, or in a third's balls
SPEEDS = {
    ("a flow to 40 digits", "ours"): (by_series, lambda found: within(by_enclosure(), found)),
    ("a flow to 40 digits", "theirs"): (by_odefun, lambda found: within(by_enclosure(), found)),
    ("15 exact derivatives", "ours"): (by_jets, lambda found: exact(found) == by_differentiation()),
    ("15 exact derivatives", "theirs"): (by_differentiation, lambda found: found == exact(by_jets())),
    ("4000 stochastic SAM steps", "ours"): (sam_together, lambda found: (found == sam_one_by_one()).all()),
    ("4000 stochastic SAM steps", "theirs"): (sam_one_by_one, lambda found: (found == sam_together()).all()),
    ("a bracket that is identically 0", "ours"): (lambda: vanishes(bracket()).verdict, lambda found: found is True),
    ("a bracket that is identically 0", "theirs"): (lambda: simplify(bracket()), lambda found: found == 0),
}


@pytest.mark.parametrize("group, way", SPEEDS)
def test_speed(benchmark, group, way, once):
    benchmark.group = group
    action, right = SPEEDS[group, way]
    assert right(benchmark.pedantic(action, rounds=1 if once else 3, iterations=1, warmup_rounds=0 if once else 1))
