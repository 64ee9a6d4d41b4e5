"""The ReLU neuron's closed forms against integrals over the circle and against differences."""

import numpy as np
import pytest
from flint import arb
from mpmath import mp, mpf

from numerics.relu_neuron import angle_to_teacher, gradient, hessian, plane_mean

POINTS = [("0.5", "1.25", "0.75"), ("2", "-0.5", "0.25"), ("-1", "0.75", "3")]


def test_mean_over_the_plane_of_half_a_square():
    half = arb.pi()/2
    active = lambda place: place.cos() > 0
    found = plane_mean(lambda c, s, place: c*c if active(place) else 0, [-half, half])
    assert found.contains(arb("0.5")) and found.rad() < arb(2)**-40


@pytest.mark.parametrize("point", POINTS)
def test_gradient_is_the_mean_of_the_definition_s_derivative(point):
    v, x, y = map(arb, point)
    angle, length = angle_to_teacher(x, y), (x*x + y*y).sqrt()
    half = arb.pi()/2
    ends = [-half, half, angle - half, angle + half if angle < half else angle - 3*half]
    active = lambda place: (place - angle).cos() > 0
    student = lambda c, s, place: x*c + y*s if active(place) else 0
    teacher = lambda c, s, place: c if place.cos() > 0 else 0
    error = lambda c, s, place: v*student(c, s, place) - teacher(c, s, place)
    by_hand = (2*plane_mean(lambda c, s, place: error(c, s, place)*student(c, s, place), ends),
               2*v*plane_mean(lambda c, s, place: error(c, s, place)*c if active(place) else 0, ends),
               2*v*plane_mean(lambda c, s, place: error(c, s, place)*s if active(place) else 0, ends))
    assert length > 0 and all(one.overlaps(other) for one, other in zip(gradient(v, x, y), by_hand))
    assert all(one.rad() < arb(2)**-36 for one in by_hand)


@pytest.mark.parametrize("point", POINTS)
def test_hessian_holds_the_slopes_of_the_gradient(point):
    start, width = list(map(arb, point)), arb(2)**-20
    end = [start[0] + width, start[1] - 2*width, start[2] + 3*width]
    table = hessian(*(a.union(b) for a, b in zip(start, end)))
    for row, p, q in zip(table, gradient(*start), gradient(*end)):
        slope = sum((h*(b - a) for h, a, b in zip(row, start, end)), arb(0))
        assert slope.overlaps(q - p) and slope.rad() < width*width*1000


def test_gradient_is_odd_across_the_teacher_s_line_and_continuous_on_it():
    up, down = gradient(mpf(2), mpf(3), mpf(1)), gradient(mpf(2), mpf(3), mpf(-1))
    assert up[:2] == down[:2] and up[2] == -down[2]
    on = gradient(arb(2), arb(3), arb(0))
    assert [ball.contains(value) for ball, value in zip(on, (15, 10, 0))] == [True, True, True]


def test_a_ball_that_meets_the_teacher_s_line_holds_both_sides():
    wide = gradient(arb(2), arb(3), arb(0, 0.125))
    for side in (0.125, -0.0625, 0.0):
        assert all(ball.overlaps(inner) for ball, inner in zip(wide, gradient(arb(2), arb(3), arb(side))))


def test_arrays_agree_with_single_points():
    v, x, y = (np.array([float(p[i]) for p in POINTS]) for i in range(3))
    batch = gradient(v, x, y)
    for k, point in enumerate(POINTS):
        with mp.workdps(30):
            sharp = gradient(*map(mpf, point))
        for part, exact in zip(batch, sharp):
            bound = 64*mpf(2)**-53*(1 + abs(v[k]))**2*(1 + np.hypot(x[k], y[k]))**2
            assert abs(mpf(part[k]) - exact) <= bound


def test_the_angle_is_right_for_an_orthogonal_student():
    assert (2*angle_to_teacher(arb(0), arb(3))).overlaps(arb.pi())
