"""Exact curvatures: the worked instance, closed forms, refusals, and every quantity by two routes."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpq_mat, fmpq_poly
from sympy import Rational

from numerics.balls import ball, lower, upper
from numerics.stability_bounds import alignment, curvature_bounds, one_step_curvature
from numerics.stability_exact import (curvature_operator, curvature_polynomial, extreme_root, hessian,
                                      kernel_curvature, largest_curvature, mean_hessian, read_samples, sample_matrix,
                                      spread_operator)
from numerics.stability_moments import gaussian_curvature, moment_threshold, trace_bound
from numerics.stability_noise import exact_stationary_covariance, stationary_covariance

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
THREE = [[(1, HALF)], [(-THIRD, 2)], [(HALF, HALF/2)]]


def random_samples(seed, n, d, k=1):
    numbers = np.random.default_rng([11, seed]).integers(-5, 6, (n, k, d)).tolist()
    return [[[Fraction(x, 3) for x in row] for row in rows] for rows in numbers]


def overlap(first, second):
    return ball(first).overlaps(ball(second))


def test_the_worked_instance():
    assert sample_matrix(THREE) == [
        [Fraction(3829, 4085), Fraction(64, 817), Fraction(3829, 16340)],
        [Fraction(64, 817), Fraction(29509, 7353), Fraction(16, 817)],
        [Fraction(3829, 16340), Fraction(16, 817), Fraction(3829, 65360)]]
    assert curvature_polynomial(THREE)*588240 == fmpq_poly([0, 2347241, -2946557, 588240])
    x = sympy.Symbol("x")
    top = max(sympy.Poly(588240*x**2 - 2946557*x + 2347241, x).all_roots(), key=lambda r: r.evalf(30))
    assert overlap(largest_curvature(THREE), top)


def test_rational_curvatures_are_rational_numbers():
    assert largest_curvature([[(1, 0)], [(Fraction(3, 5), Fraction(4, 5))]]) == 1
    assert largest_curvature([[(THIRD,)], [(HALF,)]]) == Rational(97, 468)
    assert largest_curvature([[(1, 0), (0, 1)]]) == 1
    assert isinstance(largest_curvature([[(1, 0), (0, 1)]]), Rational)
    assert largest_curvature([[(1, 0)], [(0, 1)]], Fraction(1, 4)) == Rational(5, 8)


@pytest.mark.parametrize("n, d", [(4, 3), (3, 5), (2, 4), (5, 2), (3, 3)])
def test_the_matrix_on_samples_has_the_spectrum_of_the_operator_on_moments(n, d):
    samples = random_samples(n*d, n, d)
    matrix = sample_matrix(samples)
    sizes = [sum(x*x for x in rows[0]) for rows in samples]
    assert [sum(row) for row in matrix] == sizes
    assert min(x for row in matrix for x in row) >= 0
    first = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in matrix]).charpoly()
    second = curvature_operator(samples).charpoly()
    strip = [fmpq_poly(list(p.coeffs())[next(i for i, c in enumerate(p.coeffs()) if c):]) for p in (first, second)]
    assert strip[0]/strip[0].leading_coefficient() == strip[1]/strip[1].leading_coefficient()


@pytest.mark.parametrize("p", [0, Fraction(1, 3), 1])
@pytest.mark.parametrize("n, d, k", [(3, 2, 1), (4, 2, 2), (2, 3, 1), (2, 3, 2)])
def test_sturm_and_the_definition_place_the_same_root(n, d, k, p):
    # The pencil <e, D f> - x <e, C f> for e, f in a basis of matrices on the range, from the definition.
    samples = random_samples(n + 10*d + k, n, d, k)
    hessians = [hessian(rows) for rows in read_samples(samples)]
    total, share = sum(hessians, fmpq_mat(d, d))/n, fmpq(Fraction(p).numerator, Fraction(p).denominator)
    columns = [fmpq_mat([row]) for row in total.rref()[0].tolist()[:total.rank()]]
    basis = [e.transpose()*f + f.transpose()*e for a, e in enumerate(columns) for f in columns[a:]]

    def moved(f):
        return total*f*total*(1 - share) + sum((h*f*h for h in hessians), fmpq_mat(d, d))*share/n

    def inner(e, f):
        return sum((x*y for x, y in zip(e.entries(), f.entries())), fmpq(0))
    c = fmpq_mat([[inner(e, total*f + f*total)/2 for f in basis] for e in basis])
    pencil = c.solve(fmpq_mat([[inner(e, moved(f)) for f in basis] for e in basis]))
    x = sympy.Symbol("x")
    polynomial = sympy.Poly([Rational(int(t.p), int(t.q)) for t in reversed(pencil.charpoly().coeffs())], x)
    found = ball(largest_curvature(samples, p))
    below, above = (Rational(t.numerator, t.denominator) for t in (lower(found), upper(found)))
    assert polynomial.count_roots(below, above) >= 1
    assert polynomial.count_roots(above, None) == (polynomial.eval(above) == 0)


def test_extreme_roots_of_polynomials_with_known_roots():
    cubic = fmpq_poly([-6, 11, -6, 1])
    assert (extreme_root(cubic), extreme_root(cubic, largest=False)) == (3, 1)
    close = fmpq_poly([-2, 0, 1])*fmpq_poly([fmpq(-14142135623730950488, 10**19), 1])
    root = extreme_root(close)                       # the rational root is below sqrt 2 by 1.7e-19
    assert Fraction(14142135623730950488, 10**19) < lower(root) and lower(root)**2 < 2 < upper(root)**2
    with pytest.raises(ValueError, match="not real"):
        extreme_root(fmpq_poly([1, 0, 1]))


@pytest.mark.parametrize("n, d, k, p", [(4, 3, 1, 1), (3, 2, 2, HALF), (5, 2, 1, THIRD), (2, 3, 1, 1)])
def test_the_chain_of_bounds_holds_exactly(n, d, k, p):
    samples = random_samples(n + d + k, n, d, k)
    bounds, curvature = curvature_bounds(samples, p), ball(largest_curvature(samples, p))
    assert bounds.rank_bound <= bounds.identity_bound
    assert not ball(bounds.identity_bound) > curvature and not curvature > ball(bounds.ceiling)
    assert not ball(bounds.gradient_descent) > curvature
    assert not curvature > ball(one_step_curvature(samples, p, "loss"))
    assert not curvature > ball(one_step_curvature(samples, p, "distance"))


def test_bounds_in_floats_agree_with_the_exact_ones():
    # H = diag(1/2, 2), everything a dyadic number: no rounding.
    exact, floats = (curvature_bounds(data, HALF) for data in ([(1, 0), (0, 2)], np.diag([1.0, 2.0])))
    for name in ("trace", "rank_bound", "identity_bound", "gradient_descent", "ceiling"):
        assert float(getattr(exact, name)) == getattr(floats, name)
    assert (floats.trace, floats.rank_bound, floats.identity_bound, floats.ceiling) == (2.5, 1.875, 2.55, 3.0)


def test_an_equal_norm_tight_frame_attains_the_rank_bound():
    frame = [[(1, 0)], [(0, 1)], [(Fraction(3, 5), Fraction(4, 5))], [(Fraction(-4, 5), Fraction(3, 5))]]
    for p in (1, HALF, THIRD):
        assert curvature_bounds(frame, p).rank_bound == largest_curvature(frame, p)


def test_trace_bounds_by_hand():
    # With replacement, B = 2, r = 2: tr H (1/2 + 1/4) <= 2/eta.
    assert trace_bound(Fraction(1, 2)) == 4
    assert trace_bound(Fraction(5, 2), HALF, rank=2) == Rational(16, 15)
    assert trace_bound(HALF, outputs=3) == 12
    with pytest.raises(ValueError, match="needs rank="):
        trace_bound(HALF, HALF)


def test_alignment_is_the_smallest_noise_along_any_direction():
    least = alignment(THREE)
    samples = read_samples(THREE)
    total = mean_hessian(samples)
    square = (total*total)[0, 0] + (total*total)[1, 1]
    for theta in ([1, 0], [0, 1], [1, 1], [3, -2], [7, 1]):
        x = fmpq_mat([theta]).transpose()
        noise = sum((hessian(rows)*x*x.transpose()*hessian(rows) for rows in samples),
                    fmpq_mat(2, 2))/3 - total*x*x.transpose()*total
        ratio = ((total*noise)[0, 0] + (total*noise)[1, 1])/((x.transpose()*total*x)[0, 0]*square)
        assert not ball(least) > ball(ratio)
    assert alignment([(1, 0), (1, 0)]) == 0
    assert alignment([(1, 1), (2, 2)]) == Rational(9, 25)            # variance over squared mean of |g|^2
    axes = [(1, 0), (0, 1), (0, 0), (0, 0)]          # H = I/4: (I/16 - I/64)/(I/4)/(1/8), no rounding
    assert alignment(np.array(axes, dtype=float)) == 1.5 and alignment(axes) == Rational(3, 2)


def test_gaussian_curvature_of_the_identity_and_of_the_limit_of_many_samples():
    for d in (1, 2, 5):
        assert gaussian_curvature([1]*d, THIRD) == 1 + Rational(d + 1, 3)
    value, low, high = gaussian_curvature([1.0, 2.0, 0.5], 1.0)
    true = gaussian_curvature([1, 2, HALF])
    assert Fraction(low) <= lower(true) <= upper(true) <= Fraction(high) and low <= value <= high


@pytest.mark.parametrize("values, p", [
    ([5e-324], 0.5), ([1e-323, 5e-324], 0.5), ([1e-320]*3, 0.3), ([1e-310, 3e-310], 1.0), ([1.0, 1e-310], 1e-20),
    ([1e-300, 1.0], 1e-300), ([1.0], 5e-324), ([1e150, 1e150, 3e149], 0.9), ([2.0, 3e-162], 1e-162), ([1e100, 1e-200], 1/3)])
def test_gaussian_curvature_of_floats_holds_the_exact_one_on_every_scale(values, p):
    found, low, high = gaussian_curvature(values, p)
    exact = ball(gaussian_curvature([Fraction(h) for h in values], Fraction(p)))
    assert Fraction(float(low)) <= lower(exact) and upper(exact) <= Fraction(float(high)) and low <= found <= high


def test_gaussian_curvature_solves_the_operator_of_fourth_moments():
    # M(S) = 2 HSH + tr(HS) H on diagonal matrices: a rational pencil, another route to the same root.
    h, p = [Fraction(1), Fraction(2), HALF], THIRD
    rows = [[(int(a == b)*(1 + p)*h[a]**2 + p*h[a]*h[b])/h[a] for b in range(3)] for a in range(3)]
    matrix = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows])
    assert overlap(extreme_root(matrix.charpoly()), gaussian_curvature(h, p))


def test_fourth_moments_turn_earlier_than_second_ones():
    # d = 1, s in {1, 3}: mean (1 - eta s)^4 = 1 has one positive root.
    samples = [[(1,)], [(1,), (1,), (1,)]]
    assert moment_threshold(samples, 2) == Rational(4, 5)
    found = moment_threshold(samples, 4)
    for edge, sign in ((lower(found), -1), (upper(found), 1)):
        assert ((1 - edge)**4 + (1 - 3*edge)**4 - 2)*sign > 0


@pytest.mark.parametrize("samples, batch", [(THREE, 1), (THREE, 2), (random_samples(1, 2, 3), 1)])
def test_the_second_moment_threshold_is_two_over_the_curvature(samples, batch):
    threshold = moment_threshold(samples, 2, batch)
    assert overlap(threshold, 2/ball(largest_curvature(samples, Fraction(1, batch))))


def test_odd_and_large_orders_are_refused():
    with pytest.raises(ValueError, match="even number"):
        moment_threshold(THREE, 3)
    with pytest.raises(ValueError, match="too many"):
        moment_threshold(random_samples(2, 4, 4), 6)


def test_the_stationary_covariance_reproduces_itself():
    noise, eta, p = [(1, 2), (-3, 1), (2, -3)], Fraction(1, 4), HALF
    spread = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row]
                       for row in exact_stationary_covariance(THREE, noise, eta, p)])
    samples, eta, p = read_samples(THREE), fmpq(1, 4), fmpq(1, 2)
    total = mean_hessian(samples)
    moved = sum((hessian(r)*spread*hessian(r) for r in samples), fmpq_mat(2, 2))*(p/3) + total*spread*total*(1 - p)
    rows = fmpq_mat([list(row) for row in noise])
    fresh = rows.transpose()*rows*(eta*eta*p/3)
    assert spread - (total*spread + spread*total)*eta + moved*(eta*eta) + fresh == spread


@pytest.mark.parametrize("n, d, p", [(3, 2, 1), (6, 3, 0.5), (2, 4, 1)])
def test_the_stationary_covariance_in_floats_keeps_its_bound(n, d, p):
    rng = np.random.default_rng(n*d)
    data, noise = rng.integers(-4, 5, (n, d))/4, rng.integers(-8, 9, (n, d)).astype(float)
    noise[-1] = -noise[:-1].sum(axis=0)
    found = stationary_covariance(data, noise, 0.0625, p)
    exactly = exact_stationary_covariance([[[Fraction(x) for x in row]] for row in data.tolist()],
                                          [[Fraction(x) for x in row] for row in noise.tolist()],
                                          Fraction(1, 16), Fraction(p))
    error = np.linalg.norm(found.value - np.array(exactly, dtype=float))
    # The bound leaves out rounding in the change of basis: a few d u of the value, at each of d^2 entries.
    assert error <= found.error + 2.0**-52*8*d*d*np.linalg.norm(found.value)


def test_noise_that_cannot_belong_to_a_minimum_is_refused():
    data = np.eye(2)
    with pytest.raises(ValueError, match=r"mean of noise\[:, 0\] is 0.5"):
        stationary_covariance(data, [[1.0, 0.0], [0.0, 0.0]], 0.1)
    with pytest.raises(ValueError, match="must lie between 0 and the threshold"):
        stationary_covariance(data, [[1.0, 0.0], [-1.0, 0.0]], 3.0)
    with pytest.raises(ValueError, match="mean 0 exactly"):
        exact_stationary_covariance([[(1, 0)], [(0, 1)]], [(1, 0), (0, 0)], HALF)


@pytest.mark.parametrize("samples, error, words", [
    ([], ValueError, "there are no samples"),
    ([[(1, 2)], [(1,)]], ValueError, r"samples\[1\] needs at least one gradient row of 2"),
    ([[(0, 0)]], ValueError, "all gradients are zero"),
    ([[(0.5, 1)]], TypeError, "0.5 of type float is not an exact rational"),
])
def test_unusable_samples_are_refused(samples, error, words):
    with pytest.raises(error, match=words):
        largest_curvature(samples)


def test_several_rows_have_no_matrix_on_samples():
    with pytest.raises(ValueError, match=r"samples\[0\] has 2 gradient rows"):
        sample_matrix([[(1, 0), (0, 1)]])


def test_the_spread_is_not_monotone_as_an_operator():
    # H_1 = diag(1, 0), H_2 = diag(0, 1): D_1 - D_0 has eigenvalues +-1/4 (monotone only on the cone).
    samples = read_samples([[(1, 0)], [(0, 1)]])
    difference = spread_operator(samples, 1) - spread_operator(samples, 0)
    polynomial = difference.charpoly()
    assert (extreme_root(polynomial), extreme_root(polynomial, largest=False)) == (Rational(1, 4), Rational(-1, 4))


def test_the_full_batch_needs_no_operator_on_moments():
    for seed in range(10):
        rng = np.random.default_rng([40, seed])
        samples = [[[int(x) for x in row] for row in rows] for rows in rng.integers(-4, 5, (4, 2, 3))]
        short, long = largest_curvature(samples, 0), extreme_root(curvature_operator(samples, 0).charpoly())
        assert ball(short).overlaps(ball(long))


def test_the_spread_reads_plain_samples():
    one = spread_operator([[(1, 2)]], HALF)                    # H_1 = H: D(S) = HSH, H = [[1, 2], [2, 4]], on S = I
    assert [sum(row[j] for j in (0, 2)) for row in one.tolist()] == [5, 10, 20]


@pytest.mark.parametrize("k", [1, 2])
def test_the_kernel_alone_gives_the_curvature(k):
    for seed in range(12):
        n, d = 1 + seed % 3, 1 + seed % 4                                    # singular kernels among them
        samples, p = random_samples(seed + 50, n, d, k), Fraction(seed % 5, 4)
        rows = [row for sample in samples for row in sample]
        if any(map(any, rows)):
            kernel = [[sum(a*b for a, b in zip(one, other)) for other in rows] for one in rows]
            assert overlap(kernel_curvature(kernel, p, k), largest_curvature(samples, p))


@pytest.mark.parametrize("kernel, outputs", [([[1, 2], [3, 4]], 1), ([[1, 0], [0, 1]], 3), ([[0]], 1), ([[1, 0]], 1)])
def test_what_is_no_kernel_is_refused(kernel, outputs):
    with pytest.raises(ValueError, match="must be square, symmetric, not 0"):
        kernel_curvature(kernel, 1, outputs)
