"""Traces, Frobenius norms and spectral densities of Hessians: exact formulas first, then chance.

Where only products are known and p is large, Gaussian probes z give z'Hz = sum_i lambda_i xi_i^2
with independent standard normal xi_i.  For every real sequence a (Laurent and Massart 2000,
Lemma 1, whose proof does not need a >= 0 for the upper tail)

    P(sum a_i (xi_i^2 - 1) >= 2 |a| sqrt(t) + 2 max|a_i| t) <= exp(-t),

and for a >= 0 the sum stays above -2 |a| sqrt(t) with the same probability.  With N probes:

    F^2 <= mean|Hz|^2/(1 - 2 sqrt(t/N)),      |mean z'Hz - tr H| <= 2 F (sqrt(t/N) + t/N),

F = |H|_F, since sum lambda_i^4 <= F^4 and max|lambda_i| <= F.  No range or moment is assumed.
"""

from dataclasses import dataclass
from itertools import count
from math import log

import numpy as np
from scipy.special import betainc

from numerics.chance import LEVEL
from numerics.curvature import Dense, curvature, enclosed_hessian, matrix_error, matrix_of
from numerics.enclosures import gamma
from numerics.krylov import checked
from numerics.lanczos import expanded, tridiagonal
from numerics.reading import whole
from numerics.reals import finite

COLUMNS = 1000     # up to this size an operator's columns are formed rather than sampled


@dataclass(frozen=True)
class Estimate:
    """value, with low <= exact <= high as `kind` says; `products` used; `method`.

    kind : "rounding": a closed formula whose rounding is bounded, for the arrays that it is
        given as rounded (a matrix's entries, or s(Z), s'(Z), s''(Z), X, r);
        "statistical": with confidence 1 - 1e-6
    """

    value: float
    low: float
    high: float
    kind: str
    products: int
    method: str


def trace(problem, *, probes=200, seed=0):
    """The trace of a Hessian: in closed form, by columns, or (p > 1000, products only) by chance.

    Error   `low`, `high`: rounding of the closed form, else a confidence bound at the suite's level
    Cost    one pass over the data, else p or `probes` products
    Raises  ValueError if there are too few probes for any bound, or a product or a sum is not finite
    """
    probes, point = whole("probes", probes, 1), _formulas(curvature(problem))
    return _closed(point, "trace", 1) if point else _sampled(curvature(problem), probes, seed)[0]


def frobenius(problem, *, probes=200, seed=0):
    """The Frobenius norm of a Hessian, by the same routes as `trace`."""
    probes, point = whole("probes", probes, 1), _formulas(curvature(problem))
    return _closed(point, "frobenius", 2) if point else _sampled(curvature(problem), probes, seed)[1]


def _formulas(point):
    """The same curvature with closed formulas, or None where only products are affordable."""
    if hasattr(point, "absolute"):
        return point
    if hasattr(point, "dense") or point.size <= COLUMNS:
        formed = Dense(matrix_of(point))
        formed.error = matrix_error(point)
        return formed
    return None


def _closed(point, name, power):
    """A sum of terms that meet k roundings each: off by gamma_k times the sum of moduli."""
    with np.errstate(over="ignore", invalid="ignore"):
        value, largest = getattr(point, name)(), getattr(point.absolute(), name)()
    if not np.isfinite(value + largest):
        raise ValueError("the sums of the closed formula are not finite: the point lies where the loss overflows")
    unit = float(np.ldexp(1.0, int(np.frexp(largest)[1]) - 1))     # a power of two: no square overflows
    blur = 2*gamma(point.depths[name])*(largest/unit)**power
    low, high = (value/unit)**power - blur, (value/unit)**power + blur
    if power == 2:
        low, high = np.sqrt(max(low, 0.0)), np.sqrt(high)
    off = getattr(point, "error", 0.0)*(1 if power == 2 else np.sqrt(point.size))      # |tr E| <= sqrt(p) |E|_F
    return Estimate(float(value), float(np.nextafter(low*unit - off, -np.inf)),
                    float(np.nextafter(high*unit + off, np.inf)), "rounding", 0, "closed formula")


def _sampled(point, probes, seed):
    """Trace and Frobenius norm from Gaussian probes, both bounded at once (module's head)."""
    t = log(3/LEVEL)                                    # three tail events
    if 4*t >= probes:
        raise ValueError(f"{probes} probes give no bound at level {LEVEL}; take more than {int(4*t)}")
    rng, first, second = np.random.default_rng(seed), 0.0, 0.0
    for i in range(probes):
        z = rng.standard_normal(point.size)
        image = checked(point.product(z), i + 1)
        first, second = first + z @ image/probes, second + image @ image/probes
    most = np.sqrt(second/(1 - 2*np.sqrt(t/probes)))
    reach = 2*most*(np.sqrt(t/probes) + t/probes)
    # Above: mean |Hz|^2 <= F^2 (1 + 2 sqrt(t/N) + 2 t/N), so F is at least:
    least = np.sqrt(second/(1 + 2*np.sqrt(t/probes) + 2*t/probes))
    name = f"{probes} Gaussian probes"
    return (Estimate(float(first), float(first - reach), float(first + reach), "statistical", probes, name),
            Estimate(float(np.sqrt(second)), float(least), float(most), "statistical", probes, name))


def ceiling(problem, *, steps=50, floor=None, seed=0):
    """An upper bound for the largest eigenvalue, valid whatever the gaps: no start vector can hide it.

    floor : a proved lower bound for the smallest eigenvalue; by default -`bend`, where the problem has it
    steps, seed : effort, and the random start, to be chosen before any data were seen

    Up to 1000 parameters by an enclosure of the whole spectrum; beyond, the lower of two bounds.  By the trace and the Frobenius norm, with tau = tr H/p:
    lambda <= tau + sqrt((p - 1) (F^2/p - tau^2)), where both have closed formulas.  By chance: for a start uniform
    on the sphere and k exact Lanczos steps with largest Ritz value xi,

        P(lambda - xi > e (lambda - floor)) <= I_x(1/2, (p - 1)/2),     x = delta/(1 + delta),
        delta = (1 - e)/(e cosh^2((k - 1) log((1 + sqrt e)/(1 - sqrt e)))),

    I the regularised incomplete beta function: else the quotient of the k-th Chebyshev polynomial
    of H at the start exceeds 1 - e on the scale of the spectrum.  Hence lambda <= (xi - e floor)/(1 - e).

    Returns `Estimate` of kind "rigorous", "rounding" (the sums) or "statistical"; value and low are then xi, the
            Lanczos steps taken as exact
    Cost    `steps` products, 8 p steps bytes; p = 10^5: e = 0.25, 0.047, 0.0125 after 20, 50, 100 steps
    Raises  ValueError without a floor (p > 1000), or if a product is not finite
    Source  after Kuczynski and Wozniakowski (1992)
    """
    point = curvature(problem)
    if point.size <= COLUMNS:
        whole = enclosed_hessian(point)
        ends = (float(x[-1]) for x in (whole.values, whole.low, whole.high))
        return Estimate(*ends, "rigorous", 0, f"eigh of the {point.size} x {point.size} matrix")
    if floor is None and not hasattr(point, "bend"):
        raise ValueError(f"a {type(point).__name__} does not bound its smallest eigenvalue; pass `floor`, a proved "
                         f"lower bound for it (0 for a positive semidefinite Hessian)")
    floor = -point.bend if floor is None else float(floor)
    z = np.random.default_rng(seed).standard_normal(point.size)
    nodes, _, used = quadrature(point.product, z, min(steps, point.size))
    largest = float(nodes[-1])
    share = missed(steps, point.size)           # an exhausted space has nothing more to show
    high, kind = (largest - share*floor)/(1 - share), "statistical"
    by_sums = _by_sums(point) if _formulas(point) else np.inf
    if by_sums <= high:
        high, kind = by_sums, "rounding"
    return Estimate(largest, largest, max(largest, high), kind, used, f"{used} Lanczos steps" if kind == "statistical"
                    else "trace and Frobenius norm")


def _by_sums(point):
    """tau + sqrt((p - 1) (F^2/p - tau^2)) from above, in units of F; 2^-48 covers its 8 roundings."""
    p, first, second = point.size, trace(point), frobenius(point)
    if not second.high:
        return 0.0
    low, high = first.low/second.high/p, first.high/second.high/p
    mean = min(abs(low), abs(high)) if low*high > 0 else 0.0
    spread = max(1/p - mean**2, 0.0) + 2.0**-48/p
    return second.high*(high + np.sqrt((p - 1)*spread)*(1 + 2.0**-48) + 2.0**-48*abs(high))


def missed(steps, p):
    """The e of `ceiling` at level 1e-6: the share of the spectrum's width by which k steps fall short, at most."""
    low, high = 0.0, 1.0
    while high - low > 2.0**-50:
        e = (low + high)/2
        angle = (steps - 1)*np.log((1 + np.sqrt(e))/(1 - np.sqrt(e)))
        delta = (1 - e)/e*4*np.exp(-2*angle)/(1 + np.exp(-2*angle))**2          # cosh without overflow
        within = betainc(1/2, (p - 1)/2, delta/(1 + delta)) <= LEVEL
        low, high = (low, e) if within else (e, high)
    return high


@dataclass(frozen=True, eq=False)
class Density:
    """Bounds on how many of the p eigenvalues are at most x, for each x of a grid.

    at : (g,) ascending, units of the Hessian; low, high : (g,) counts, low <= #{lambda <= x} <= high
    kind : "rigorous" (an enclosure of the whole spectrum) or "statistical" (all g bounds hold
        together with confidence 1 - 1e-6, Lanczos taken as exact)
    """

    at: np.ndarray
    low: np.ndarray
    high: np.ndarray
    size: int
    kind: str
    products: int


def density(problem, at=None, *, probes=8, steps=60, seed=0):
    """The distribution of the eigenvalues: counts below each x, with bounds.

    at : (g,) values of x; by default 100 of them across the spectrum
    probes, steps : effort, where p > 1000 and only products are affordable

    Sampled: for a Gaussian z, the weight z'1[H <= x]z lies between two partial sums of the Gauss
    quadrature that Lanczos from z yields (Chebyshev, Markov, Stieltjes); the sum of N of them is
    chi^2 with N m degrees of freedom, m the count sought, and sqrt(N m) lies within
    sqrt(S - t) - sqrt(t) and sqrt(S + t) + sqrt(t) with probability 1 - 2 exp(-t).

    Cost    one `eigh`, or probes * steps products and 8 p steps bytes
    Raises  ValueError if a product is not finite
    """
    point = curvature(problem)
    at = None if at is None else finite("at", at, 1, np.inf)
    if point.size <= COLUMNS:
        whole = enclosed_hessian(point)
        at = _grid(whole.values) if at is None else at
        low, high = (np.searchsorted(np.sort(ends), at, side="right") for ends in (whole.high, whole.low))
        return Density(at, low, high, point.size, "rigorous", 0)
    rng, rules, used = np.random.default_rng(seed), [], 0
    for _ in range(probes):
        z = rng.standard_normal(point.size)
        nodes, weights, products = quadrature(point.product, z, steps)
        rules.append((nodes, weights))
        used += products
    at = _grid(np.concatenate([nodes for nodes, _ in rules])) if at is None else at
    under = sum(_partial(nodes, weights, at)[0] for nodes, weights in rules)
    over = sum(_partial(nodes, weights, at)[1] for nodes, weights in rules)
    t = log(2*len(at)/LEVEL)
    low = np.maximum(np.sqrt(np.maximum(under - t, 0)) - np.sqrt(t), 0)**2/probes
    high = (np.sqrt(over + t) + np.sqrt(t))**2/probes
    return Density(at, np.ceil(low), np.minimum(np.floor(high), point.size), point.size, "statistical", used)


def _grid(values):
    ends = values.min(), values.max()
    margin = (ends[1] - ends[0])/100
    return np.linspace(ends[0] - margin, ends[1] + margin, 100)


def quadrature(product, z, steps):
    """Gauss quadrature (nodes, weights, products) of the spectral measure of z: sum of weights |z|^2."""
    length, products = np.linalg.norm(z), count(1)
    checked_product = lambda v: checked(product(v), next(products))
    for basis, diagonal, beside, step in expanded(checked_product, z/length, steps):
        if step <= len(z)*2.0**-53*np.abs(diagonal).max():
            break
    nodes, vectors = np.linalg.eigh(tridiagonal(diagonal, beside))
    return nodes, vectors[0]**2*(z @ z), len(basis)


def _partial(nodes, weights, at):
    """Bounds for the measure of (-inf, x]: the nodes before the last one <= x, and one more after it."""
    sums = np.concatenate([[0.0], np.cumsum(weights), [weights.sum()]])
    below = np.searchsorted(nodes, at, side="right")
    return sums[np.maximum(below - 1, 0)], sums[np.minimum(below + 1, len(nodes))]
