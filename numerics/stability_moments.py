"""Higher moments of linearised SGD, and the curvature of Gaussian data."""

from itertools import combinations_with_replacement

import numpy as np
import sympy
from flint import fmpq, fmpq_mat, fmpq_poly

from numerics.balls import WORKING_BITS, precision
from numerics.cholesky import gamma
from numerics.reading import number, whole
from numerics.reals import finite
from numerics.stability_exact import (as_number, extreme_root, hessian, mean_hessian, mean_of, rational,
                                      read_samples)
from numerics.stability_paths import batches


def moment_threshold(samples, order, batch_size=1, *, replacement=True):
    """The largest eta up to which E|x_t|^order stays bounded on the range of H, order even, exactly.

    T(eta) averages f((I - eta H_B) x) over batches, on homogeneous polynomials f of that degree.  Its
    spectral radius is convex in eta: the dual acts on the cone spanned by x^(tensor order), has its top
    eigenvector u there, and <u, T u> is a mean of (x'(I - eta H_B) y)^order.  It is 1 at eta = 0 and
    falls at first, so the threshold is the first positive eta where T has the eigenvalue 1: the smallest
    positive root of det(T(eta) - I).

    samples : lists of gradient rows, exact rationals; order : 2, 4, 6, ...

    Returns  SymPy Rational, or a ball (`arb`) that contains the threshold
    Error    none, or enclosed
    Cost     order*N + 1 determinants of size N = binomial(r + order - 1, order), r = rank H: N <= 15
    Raises   ValueError if the order is odd or N exceeds 40
    """
    if whole("order", order) < 2 or order % 2:
        raise ValueError(f"order = {order} must be an even number, 2 or more")
    maps = _on_range(read_samples(samples), batch_size, replacement)
    monomials = list(combinations_with_replacement(range(maps[0].nrows()), order))
    if len(monomials) > 40:
        raise ValueError(f"{len(monomials)} monomials of degree {order} are too many: the limit is 40")
    degree = order*len(monomials)
    values = [_characteristic(maps, monomials, fmpq(node)) for node in range(degree + 1)]
    powers = fmpq_mat([[fmpq(node)**e for e in range(degree + 1)] for node in range(degree + 1)])
    coefficients = powers.solve(fmpq_mat([[v] for v in values]))
    return _smallest_positive_root(fmpq_poly([coefficients[e, 0] for e in range(degree + 1)]))


def _on_range(samples, batch_size, replacement):
    """The maps H_B restricted to the range of H, in a rational basis of it."""
    total = mean_hessian(samples)
    basis = fmpq_mat(total.rref()[0].tolist()[:total.rank()])
    back = (basis*basis.transpose()).inv()*basis
    curvatures = [back*hessian(rows)*basis.transpose() for rows in samples]
    return [mean_of([curvatures[i] for i in batch])
            for batch in batches(len(samples), batch_size, replacement)]


def _characteristic(maps, monomials, eta):
    """det(T(eta) - I) in the basis of monomials."""
    size, place = maps[0].nrows(), {monomial: j for j, monomial in enumerate(monomials)}
    rows = [[fmpq(0)]*len(monomials) for _ in monomials]
    for matrix in maps:
        linear = [{(b,): (int(a == b) - eta*matrix[a, b]) for b in range(size)} for a in range(size)]
        for j, monomial in enumerate(monomials):
            for factors, value in _expanded([linear[a] for a in monomial]).items():
                rows[j][place[factors]] += value/len(maps)
    for j in range(len(rows)):
        rows[j][j] -= 1
    return fmpq_mat(rows).det()


def _expanded(linear_forms):
    """A product of linear forms as {sorted indices: coefficient}."""
    found = {(): fmpq(1)}
    for form in linear_forms:
        longer = {}
        for factors, value in found.items():
            for (b,), slope in form.items():
                key = tuple(sorted((*factors, b)))
                longer[key] = longer.get(key, fmpq(0)) + value*slope
        found = longer
    return found


def _smallest_positive_root(polynomial):
    bits = WORKING_BITS
    factors = [fmpq_poly(factor.coeffs()) for factor, _ in polynomial.factor()[1]]
    while True:
        with precision(bits):
            found = [(root.real, factor) for factor in factors for root, _ in factor.complex_roots()
                     if root.imag == 0 and root.real > 0]
            first = min(found, key=lambda pair: float(pair[0].mid()))
            if all(first[0] < root for root, _ in found if root is not first[0]):
                return as_number(*first)
        bits *= 2


def gaussian_curvature(eigenvalues, p=1):
    """Lambda_p of Gaussian data x ~ N(0, H) with gradients x, in the limit of many samples.

    There M(S) = 2 HSH + tr(HS) H, and Lambda_p is the root beyond (1 + p) max h of
    sum_j p h_j/(Lambda - (1 + p) h_j) = 1; for H = I it is 1 + p (d + 1).

    eigenvalues : the h_j > 0, exact rationals or floats; p : in [0, 1], exact with exact eigenvalues

    Returns  exact input: SymPy Rational or ball.  Floats: (value, lower, upper), the bounds proved for
             the floats as given
    Error    none, enclosed, or the bounds returned (relative width about 2 d 2^-53)
    Raises   ValueError for eigenvalues that are not positive
    """
    several = (np.ndarray, list, tuple)
    if not isinstance(eigenvalues, several) or not len(eigenvalues) or any(isinstance(h, several) for h in eigenvalues):
        raise ValueError(f"eigenvalues must be a list of positive numbers, not {eigenvalues!r}")
    if any(isinstance(h, (float, np.floating)) for h in eigenvalues):
        return _gaussian_floats(np.sort(finite("eigenvalues", eigenvalues, 1, np.inf)), _share(float(finite("p", p, 0))))
    values, p = [rational(h) for h in eigenvalues], _share(rational(p))
    _positive(min(values))
    x = fmpq_poly([0, 1])
    factors = [x - (1 + p)*h for h in values]
    product = _multiplied(factors)
    return extreme_root(product - sum((_multiplied(factors[:j] + factors[j + 1:])*(p*h)
                                     for j, h in enumerate(values)), fmpq_poly([0])))


def _share(p):
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p} must lie in [0, 1]")
    return p


def _multiplied(factors):
    result = fmpq_poly([1])
    for factor in factors:
        result = result*factor
    return result


def _gaussian_floats(values, p):
    """Bisection of the decreasing secular function; a sign counts only beyond its rounding error.

    In units of the shift Lambda - (1 + p) max h each term is a quotient of sums of positive numbers,
    so d terms are right to gamma(d + 8), and rounding of p and of the differences is among the 8; what
    underflows once max h lies in [1/2, 1) is at most 2^-1022/shift a term.
    """
    _positive(values[0])
    unit = int(np.frexp(values[-1])[1])
    values = np.ldexp(values, -unit)
    top, gaps = values[-1], values[-1] - values
    rounding = gamma(len(values) + 8)

    def excess(shift):
        if not shift:
            return 1
        total, tiny = float((p*values/(shift + (1 + p)*gaps)).sum()), len(values)*2.0**-1022/shift
        return -1 if (total + tiny)*(1 + rounding) < 1 else 1 if total*(1 - rounding) - tiny > 1 else 0
    low = _edge(lambda shift: excess(shift) > 0, p*top/2, p*values.sum()*2)
    high = _edge(lambda shift: excess(shift) >= 0, p*top/2, p*values.sum()*2, outside=True)
    start = (1 + p)*top
    outward = 4*np.finfo(float).eps
    with np.errstate(over="ignore", under="ignore"):
        value, low, high = np.ldexp([start + (low + high)/2, (start + low)*(1 - outward), (start + high)*(1 + outward)], unit)
    return value, np.nextafter(low, 0.0), np.nextafter(high, np.inf)


def _edge(holds, low, high, outside=False):
    """The last float at which a property holds that holds at `low` and not at `high`, or the next."""
    while True:
        middle = low + (high - low)/2
        if middle in (low, high):
            return high if outside else low
        low, high = (middle, high) if holds(middle) else (low, middle)


def _positive(smallest):
    if not smallest > 0:
        raise ValueError(f"the eigenvalues must be positive, not {smallest}: leave out the kernel of H")


def trace_bound(step_size, p=1, outputs=1, rank=None):
    """The largest trace of H at which SGD can be stable at `step_size`: 2/eta/(p/k + (1 - p)/r).

    p : sampling factor; outputs : k, rows per sample; rank : r = rank H, needed for p < 1

    Returns  a number of the kind given (Fractions and SymPy stay exact); units loss/length^2
    Error    none for exact input; attained by equal-norm tight frames (k = 1)
    Raises   ValueError for p < 1 without a rank
    """
    step_size, p, outputs = number("step_size", step_size), number("p", p), whole("outputs", outputs, 1)
    rank = None if rank is None else whole("rank", rank, 1)
    if p != 1 and rank is None:
        raise ValueError("the trace bound for p < 1 needs rank=, the rank of H")
    exact = sympy.Rational if not isinstance(p, float) and not isinstance(step_size, float) else float
    share = exact(p)/outputs + ((1 - exact(p))/rank if p != 1 else 0)
    return 2/(exact(step_size)*share)
