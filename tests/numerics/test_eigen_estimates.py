"""Traces, Frobenius norms and densities: closed formulas with rounding bounds, estimates with levels."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import diags
from scipy.sparse.linalg import aslinearoperator

from numerics.eigen import ceiling, density, frobenius, sharpest, trace
from numerics.curvature import Dense
from numerics.estimates import _by_sums, missed, quadrature
from numerics.losses import DeepLinear, DiagonalLinear, TwoLayer


def exact_sums(matrix):
    entries = [[Fraction(x) for x in row] for row in matrix.tolist()]
    return sum(row[i] for i, row in enumerate(entries)), sum(x*x for row in entries for x in row)


def test_traces_and_norms_of_networks_hold_the_exact_sums_where_products_underflow():
    rng, seen = np.random.default_rng(3), 0
    for trial in range(120):
        sizes = lambda shape: 10.0**rng.choice([0, -20, -40, -82, -120, 9], shape if trial % 2 else 1)
        scaled = lambda *shape: rng.standard_normal(shape)*sizes(shape)
        family = TwoLayer(scaled(3, 2), scaled(3), ("tanh", "quadratic")[trial % 3 > 0], factor=10.0**rng.choice([0, -30]))
        point = family.at(scaled(6))
        first, second = exact_two_layer(point)
        found, norm = trace(point), frobenius(point)
        assert Fraction(found.low) <= first <= Fraction(found.high)
        assert max(Fraction(norm.low), 0)**2 <= second <= Fraction(norm.high)**2
        seen += 0 < second < Fraction(2)**-1074
    assert seen > 10


@pytest.mark.parametrize("find", [trace, frobenius, lambda p: sharpest(p, 1), lambda p: sharpest(p, 1, interpolates=True)])
@pytest.mark.parametrize("size, activation", [(1e60, "cubic"), (1e80, "quadratic")])
def test_an_overflow_is_named(find, size, activation):
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="the point lies where the loss overflows"):
        find(TwoLayer(np.array([[size], [size/3]]), np.ones(2), activation, factor=0.5).at(np.array([15.0, 4.0, 1.0, 2.0])))


def test_traces_and_norms_of_matrices_hold_the_exact_sums():
    rng = np.random.default_rng(0)
    for trial in range(200):
        a = rng.standard_normal((6, 6))*2.0**rng.integers(-40, 40, (6, 6))
        a = a + a.T
        first, second = exact_sums(a)
        found, norm = trace(a), frobenius(a)
        assert Fraction(found.low) <= first <= Fraction(found.high)
        assert Fraction(norm.low)**2 <= second <= Fraction(norm.high)**2
        assert norm.high - norm.low <= 200*2.0**-53*norm.value


def exact_two_layer(point):
    """Trace and squared norm of H in Fractions, from the point's arrays S, D, E, X, r, a taken as exact."""
    number = lambda array: [[Fraction(x) for x in row] for row in np.atleast_2d(array).tolist()]
    s, d, e, x = (number(z) for z in (point.s, point.slope, point.bending, point.inputs))
    a, r = number(point.a)[0], number(point.residual)[0]
    n, m, w = len(s), len(a), len(x[0])
    size, scale = m*(1 + w), Fraction(point.scale)
    h = [[Fraction(0)]*size for _ in range(size)]
    for i in range(n):
        j = [*s[i], *(a[k]*d[i][k]*x[i][c] for k in range(m) for c in range(w))]
        for p in range(size):
            for q in range(size):
                h[p][q] += scale*j[p]*j[q]
        for k in range(m):
            for c in range(w):
                p = m + k*w + c
                h[k][p] += scale*r[i]*d[i][k]*x[i][c]
                h[p][k] += scale*r[i]*d[i][k]*x[i][c]
                for b in range(w):
                    h[p][m + k*w + b] += scale*r[i]*a[k]*e[i][k]*x[i][c]*x[i][b]
    return sum(h[p][p] for p in range(size)), sum(z*z for row in h for z in row)


@pytest.mark.parametrize("activation", ["tanh", "quadratic"])
def test_closed_formulas_of_networks_hold_the_sums_of_their_arrays(activation):
    rng = np.random.default_rng(1)
    for _ in range(6):
        point = TwoLayer(rng.standard_normal((3, 2)), rng.standard_normal(3), activation, factor=0.5).at(
            rng.standard_normal(6))
        # Products such as a D are rounded when the point is made; the bound counts them.
        first, second = exact_two_layer(point)
        found, norm = trace(point), frobenius(point)
        assert found.kind == norm.kind == "rounding"
        assert Fraction(found.low) <= first <= Fraction(found.high)
        assert Fraction(norm.low)**2 <= second <= Fraction(norm.high)**2


def test_closed_formulas_of_linear_models_hold_the_sums_of_the_dense_hessian():
    rng = np.random.default_rng(2)
    for _ in range(20):
        draw = lambda *shape: rng.integers(-3, 4, shape).astype(float)
        for point in (DiagonalLinear(draw(4, 3), draw(4), factor=0.5).at(draw(6)),
                      DeepLinear(draw(4, 2), draw(4, 2), (2, 3, 2), factor=0.5).at(draw(12))):
            first, second = exact_sums(point.dense())           # integers over 4: nothing rounds in it
            found, norm = trace(point), frobenius(point)
            assert Fraction(found.low) <= first <= Fraction(found.high)
            assert Fraction(norm.low)**2 <= second <= Fraction(norm.high)**2


def test_operators_of_moderate_size_are_summed_column_by_column():
    d = np.arange(1.0, 8.0)
    found = trace(aslinearoperator(np.diag(d)))
    assert found.low <= 28 <= found.high and found.kind == "rounding" and found.high - found.low < 2.0**-40


def wide(values):
    return aslinearoperator(diags(values).tocsr())


@pytest.mark.parametrize("kind", ["positive", "indefinite", "one outlier"])
def test_statistical_bounds_hold_on_every_seed(kind):
    # Level 1e-6 each: a single failure in these 60 refutes the bound.
    rng = np.random.default_rng(3)
    d = {"positive": rng.exponential(size=1200), "indefinite": rng.standard_normal(1200),
         "one outlier": np.append(np.zeros(1199), 5.0)}[kind]
    for seed in range(20):
        found, norm = trace(wide(d), probes=100, seed=seed), frobenius(wide(d), probes=100, seed=seed)
        assert found.kind == norm.kind == "statistical" and found.products == 100
        assert found.low <= d.sum() <= found.high
        assert norm.low <= np.linalg.norm(d) <= norm.high


def test_statistical_bounds_narrow_with_the_square_root_of_the_probes():
    d = np.random.default_rng(4).standard_normal(1200)
    widths = [np.subtract(*(lambda e: (e.high, e.low))(trace(wide(d), probes=k))) for k in (400, 6400)]
    assert widths[1] < widths[0]/3


def test_too_few_probes_are_refused():
    with pytest.raises(ValueError, match="20 probes give no bound"):
        trace(wide(np.ones(1200)), probes=20)


def test_density_of_a_matrix_counts_rigorously():
    d = np.array([-1.0, 0.0, 0.0, 2.0, 5.0])
    found = density(np.diag(d), [-2.0, 1.0, 3.0, 9.0])
    assert found.kind == "rigorous"
    assert (found.low == [0, 3, 4, 5]).all() and (found.high == [0, 3, 4, 5]).all()


def test_density_by_products_holds_every_count():
    rng = np.random.default_rng(5)
    for seed in range(6):
        d = np.sort(np.concatenate([rng.exponential(size=1000), np.zeros(200), -rng.random(100)]))
        found = density(wide(d), probes=4, steps=40, seed=seed)
        exact = np.searchsorted(d, found.at, side="right")
        assert found.kind == "statistical" and found.products <= 160
        assert (found.low <= exact).all() and (exact <= found.high).all()
        assert (found.high - found.low).min() < 0.2*found.size         # and they say something


def test_gauss_quadrature_encloses_the_spectral_measure():
    # Chebyshev, Markov, Stieltjes: at a node the measure lies between the sums without and with it.
    rng = np.random.default_rng(6)
    d, z = np.sort(rng.standard_normal(60)), rng.standard_normal(60)
    nodes, weights, used = quadrature(lambda v: d*v, z, 12)
    assert used == 12
    for k, node in enumerate(nodes):
        below, upto = (z[d < node]**2).sum(), (z[d <= node]**2).sum()
        assert weights[:k].sum() < below <= upto < weights[:k + 1].sum()
    assert quadrature(lambda v: 3*v, z, 12)[2] == 1


SPECTRA = {
    "one outlier": lambda rng, p: np.append(np.zeros(p - 1), 5.0),
    "close pair": lambda rng, p: np.append(rng.random(p - 2), [1.0, 1.0 + 2.0**-20]),
    "multiple": lambda rng, p: np.append(rng.random(p - 9), [2.0]*9),
    "indefinite": lambda rng, p: rng.standard_normal(p),
}


@pytest.mark.parametrize("kind", SPECTRA)
def test_no_start_vector_hides_the_largest_eigenvalue_from_its_ceiling(kind):
    rng, short = np.random.default_rng(7), 0
    for seed in range(15):
        d = SPECTRA[kind](rng, 1200)
        found = ceiling(wide(d), steps=20, floor=d.min(), seed=seed)
        assert found.kind == "statistical" and found.products <= 20
        assert d.max() <= found.high
        short += found.value < d.max()*(1 - 2.0**-40)
    assert short or kind in ("one outlier", "multiple")       # the Ritz value itself is no upper bound


def test_the_ceiling_is_as_high_as_its_worst_start_demands():
    # p = 3: I_x(1/2, 1) = sqrt(x), so x = 10^-12.  One step: 1 - e = x; two: x/(1 - x) = (1 - e)^3/(e (1 + e)^2).
    assert abs(1 - missed(1, 3) - 1e-12) <= 2.0**-48
    e = missed(2, 3)
    assert abs((1 - e)**3/(e*(1 + e)**2) - 1e-12) <= 2.0**-30*1e-12
    shares = [missed(k, 10**5) for k in (20, 50, 100, 200)]
    assert shares == sorted(shares, reverse=True) and 0.0033 < shares[-1] < 0.0034 < 0.24 < shares[0] < 0.25


def test_closed_sums_bound_the_largest_eigenvalue_without_chance():
    rng = np.random.default_rng(8)
    for trial in range(200):
        d = rng.integers(-9, 10, 6).astype(float) if trial % 4 else np.full(6, float(trial))
        d = np.ldexp(d, 5*trial - 500)
        assert d.max() <= _by_sums(Dense(np.diag(d))) <= 8*np.abs(d).max() + 2.0**-1074
    assert 0 <= _by_sums(Dense(np.zeros((4, 4)))) <= 2.0**-1074
    assert -3 <= _by_sums(Dense(np.array([[-3.0]]))) <= -3*(1 - 2.0**-20)


def test_a_network_bounds_its_own_smallest_eigenvalue():
    rng = np.random.default_rng(9)
    point = TwoLayer(rng.standard_normal((20, 4)), rng.standard_normal(20), "tanh", factor=0.5).at(
        rng.standard_normal(50))
    whole, found = np.linalg.eigvalsh(point.dense()), ceiling(point)
    assert found.kind == "rigorous" and found.low <= whole[-1] <= found.high <= whole[-1]*(1 + 2.0**-30)
    assert -point.bend <= whole[0]
    large = TwoLayer(point.inputs, point.family.targets, "tanh", factor=0.5).at(rng.standard_normal(1005))
    found = ceiling(large, steps=60)
    assert found.low <= sharpest(large).high[0] and sharpest(large).low[0] <= found.high < 2*found.low
    assert found.kind == "statistical" and _by_sums(large) >= sharpest(large).low[0]
    with pytest.raises(ValueError, match="pass `floor`"):
        ceiling(wide(np.ones(1200)))
