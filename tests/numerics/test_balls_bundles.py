"""Bundles of boxes, compared with exact rational orbits, and covers of intervals."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import Rational

from numerics.balls import Undecided
from numerics.balls.arrays import BallArray
from numerics.balls.bundles import Bundle, Frame, after, cells, cover, departed, grid, halves, largest

RNG = np.random.default_rng(11)


def henon(point):
    """(x, y) -> (1/5 - x^2/2 + y/4, x/2)."""
    x, y = point
    return [Rational(1, 5) - x*x*Rational(1, 2) + y*Rational(1, 4), x*Rational(1, 2)]


def ball_henon(point):
    x, y = point
    return [BallArray.of(Rational(1, 5)) - x.square()*Rational(1, 2) + y*Rational(1, 4), x*Rational(1, 2)]


def slopes(point):
    return [[-point[0], BallArray.of(Rational(1, 4))], [BallArray.of(Rational(1, 2)), 0]]


def starts(radius, count=40):
    return [BallArray(RNG.uniform(-1, 1, count), np.full(count, radius)) for _ in range(2)]


def exact_orbit(start, steps):
    for _ in range(steps):
        start = henon(start)
    return start


@pytest.mark.parametrize("frame", [[[1, 0], [0, 1]], [[1, 1], [1, -1]], [[1, Rational(1, 3)], [0, 2]]])
def test_every_corner_and_centre_has_its_exact_orbit_inside(frame):
    boxes, turned = starts(2.0**-10), Frame(frame)
    bundle = Bundle.round(boxes).advance(ball_henon, slopes, turned)
    for _ in range(4):
        bundle = bundle.advance(ball_henon, slopes)
    for k in range(0, 40, 5):
        for a in (-1, 0, 1):
            start = [Rational(*float(b.mid[k] + a*b.rad[k]).as_integer_ratio()) for b in boxes]
            for found, value in zip(bundle.box(), exact_orbit(start, 5)):
                assert abs(Fraction(float(found.mid[k])) - Fraction(int(value.p), int(value.q))) <= Fraction(float(found.rad[k]))


def test_coordinates_in_the_frame_are_narrower_than_those_of_the_box():
    # (x, y) -> (x + y, x + y): the difference of the coordinates is exactly 0.
    frame, one = Frame([[1, 1], [1, -1]]), BallArray(np.array([1.0]), np.array([0.25]))
    bundle = Bundle.round([one, one]).advance(lambda p: [p[0] + p[1]]*2, lambda p: [[1, 1], [1, 1]], frame)
    total, difference = bundle.in_frame()
    assert total.rad[0] >= 0.5 and difference.rad[0] < 2.0**-50 and bundle.box()[0].rad[0] >= 0.5


def test_a_contraction_keeps_what_plain_balls_lose():
    plain = starts(2.0**-20)
    bundle = Bundle.round(plain)
    for _ in range(200):
        bundle, plain = bundle.advance(ball_henon, slopes), ball_henon(plain)
    assert all((x.rad < 2.0**-48).all() for x in bundle.box())


def test_a_map_may_change_the_number_of_coordinates():
    lift = lambda p: [p[0], p[0].square(), 2*p[0]]
    bundle = Bundle.round([BallArray(np.array([3.0]), np.array([0.5]))])
    found = bundle.advance(lift, lambda p: [[1], [2*p[0]], [BallArray.of(2)]], Frame(np.eye(3, dtype=int).tolist())).box()
    assert [float(x.mid[0]) for x in found] == [3.0, 9.0, 6.0]
    assert found[0].lower()[0] <= 2.5 and found[1].lower()[0] <= 6.25 and found[1].upper()[0] >= 12.25


def test_runs_of_different_lengths_come_back_in_order():
    count = lambda p: [p[0] + 1]
    found = after(count, lambda p: [[1]], Bundle.round([BallArray(np.arange(5.0), np.zeros(5))]), np.array([3, 0, 7, 3, 1]))
    assert list(found[0].mid) == [3, 1, 9, 6, 5]


def test_a_cover_halves_what_does_not_pass_and_bounds_the_largest_value():
    # x (1 - x) on [0, 1] is at most 1/4; parts pass once they are narrower than 1/50.
    def judge(boxes):
        x, = boxes
        middle = BallArray(x.mid)
        value = middle*(1 - middle) + (1 - 2*x)*BallArray(0*x.mid, x.rad)
        return x.rad < 1/100, value.lower(), value.upper()
    low, high = cover([cells(0, 1, 3)], judge, rounds=8)
    assert low <= Fraction(1, 4) <= high < Fraction(1, 4) + Fraction(1, 1000)
    with pytest.raises(Undecided, match="3 halvings along every coordinate"):
        cover([cells(0, 1, 3)], judge, rounds=3)


def test_cells_cover_their_interval_and_halves_their_boxes():
    parts = cells(Rational(1, 3), Rational(2, 3), 7)
    ends = [(Fraction(float(m)) - Fraction(float(r)), Fraction(float(m)) + Fraction(float(r))) for m, r in zip(parts.mid, parts.rad)]
    assert ends[0][0] <= Fraction(1, 3) and ends[-1][1] >= Fraction(2, 3)
    assert all(one[1] >= other[0] for one, other in zip(ends, ends[1:]))
    x, y = halves([parts, parts])
    assert len(x.mid) == len(y.mid) == 28
    for k in range(7):                                   # the four corners of box k lie in four different quarters
        places = [(a, b) for a in (parts.lower()[k], parts.upper()[k]) for b in (parts.lower()[k], parts.upper()[k])]
        hit = {int(np.flatnonzero((x.lower() <= a) & (a <= x.upper()) & (y.lower() <= b) & (b <= y.upper()))[0]) for a, b in places}
        assert len(hit) == 4 and all(float(x.rad[i]) < 0.51*float(parts.rad[k]) for i in hit)


def test_a_grid_holds_every_combination():
    first, second = grid(BallArray.of([1, 2]), BallArray.of([3, 4, 5]))
    assert sorted(zip(first.mid.tolist(), second.mid.tolist())) == [(a, b) for a in (1, 2) for b in (3, 4, 5)]


def test_an_explosion_stays_in_its_own_run():
    cube = lambda p: [p[0]*p[0].square()]
    bundle = Bundle.round([BallArray(np.array([0.5, 3.0]), np.array([0.125, 1.0]))])
    for _ in range(12):
        bundle = bundle.advance(cube, lambda p: [[3*p[0].square()]])
    assert bundle.box()[0].upper()[0] < 1 and not bundle.box()[0].upper()[1] < 10.0**300


def test_runs_that_leave_are_counted_and_the_others_kept():
    # x -> x^2 leaves from beyond 1 and settles on 0 within.
    square, slope = (lambda p: [p[0].square()]), (lambda p: [[2*p[0]]])
    bundle = Bundle.of_points([BallArray.of([Rational(k, 4) for k in range(-6, 7)])], Frame([[1]]))
    gone, rest = departed(square, slope, bundle, 8, 100)
    assert gone == 4 and len(rest.centre[0]) == 9
    low, high = largest(rest.box()[0])
    assert low <= 1 <= high


def test_points_known_up_to_rounding_keep_their_balls():
    point = [BallArray.of([Rational(1, 3)]), BallArray.of([Rational(-2, 7)])]
    for found, wanted in zip(Bundle.of_points(point, Frame([[1, 1], [1, -1]])).box(), point):
        assert found.lower()[0] <= wanted.lower()[0] and wanted.upper()[0] <= found.upper()[0]
