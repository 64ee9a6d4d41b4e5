"""Jacobians and multipliers of polynomial steps, exactly: a few more steps, weighted.

A step of descent on a polynomial loss is a polynomial map F.  Its derivative is a fixed linear
combination of values of F, without error, so the Jacobian of an algorithm is measured by
running the algorithm: over the rationals exactly, over balls enclosed.
"""

from fractions import Fraction
from math import factorial

import numpy as np
from flint import arb, fmpq, fmpq_mat, fmpq_poly, fmpz_poly
from sympy import Poly, Symbol, gcd, groebner, sympify

from numerics.laboratory import Absent


def rational(x):
    """An exact rational number (int, Fraction, SymPy) as FLINT's fmpq, which is fast; a tuple entry by entry."""
    if isinstance(x, (tuple, fmpq)):
        return x if isinstance(x, fmpq) else tuple(map(rational, x))
    x = sympify(x)
    if not x.is_Rational:
        raise TypeError(f"{x} is not a rational number")
    return fmpq(int(x.p), int(x.q))


def derivative_weights(degree):
    """Weights c_1, ..., c_m with p'(0) = sum c_k (p(k) - p(-k)) for polynomials of the degree.

    c_k = (-1)^(k+1) m!^2 / (k (m-k)! (m+k)!), m = degree/2 rounded up: exact up to degree 2m.
    """
    m = (degree + 1)//2
    return [Fraction((-1)**(k + 1)*factorial(m)**2, k*factorial(m - k)*factorial(m + k)) for k in range(1, m + 1)]


def jacobian(iterate, step, point, degree, spacing=1):
    """The d x d matrix DF(point), as d rows, of one polynomial step F of at most the degree.

    iterate   a laboratory's: iterate(step, point, count)
    point     tuple of d fmpq, Fraction or arb
    spacing   exact number between the values used; in balls a small one loses fewer digits

    Error   none for rationals, enclosed for balls
    Cost    d (degree + 1) steps
    """
    columns = []
    for j in range(len(point)):
        at = lambda h: iterate(step, tuple(x + h*spacing if k == j else x for k, x in enumerate(point)), 1)
        columns.append([sum((p - q)*c.numerator/c.denominator for c, p, q in parts)/spacing
                        for parts in _by_coordinate(derivative_weights(degree), at)])
    return [list(row) for row in zip(*columns)]


def _by_coordinate(weights, at):
    """For each coordinate the triples (weight, F(k), F(-k))."""
    pairs = [(c, at(k), at(-k)) for k, c in enumerate(weights, 1)]
    return zip(*[[(c, p, q) for p, q in zip(up, down)] for c, up, down in pairs])


def cycle_jacobian(iterate, step, points, degree):
    """DF(x_T) ... DF(x_1) for rational points x_1, ..., x_T: the map round a cycle, an fmpq_mat."""
    product = fmpq_mat([[int(i == j) for j in range(len(points[0]))] for i in range(len(points[0]))])
    for point in points:
        product = fmpq_mat(jacobian(iterate, step, point, degree))*product
    return product


def characteristic(matrix, x):
    """det(x I - M) of a rational matrix at the rational x."""
    return matrix.charpoly()(rational(x))


def submatrix(matrix, indices):
    """The rows and columns of an fmpq_mat with the given indices."""
    return fmpq_mat([[matrix[i, j] for j in indices] for i in indices])


def in_basis(matrix, rows):
    """B M B^-1 for the integer matrix B with the given rows: the map M in the coordinates B x."""
    basis = fmpq_mat(rows)
    return basis*matrix*basis.inv()


def coprime_part(poly, other):
    """The largest divisor of a SymPy Poly that has no root in common with the other."""
    shared = gcd(poly, other)
    while shared.total_degree() > 0:
        poly = poly.quo(shared)
        shared = gcd(poly, shared)
    return poly


def common_zeros(polynomials, symbols, avoiding=1):
    """How many complex zeros rational polynomials have in common where `avoiding` is not 0, with multiplicity.

    Rabinowitsch's trick and a Groebner basis; the count is the dimension of the quotient ring.
    Error: none, exact.  Raises: ValueError if the zeros are not finitely many.
    """
    inverse, avoided = Symbol("inverse"), Poly(avoiding, *symbols)
    reduced = [coprime_part(Poly(p, *symbols), avoided).as_expr() for p in polynomials]
    basis = groebner([*reduced, 1 - inverse*avoiding], inverse, *symbols, order="grevlex")
    if basis.exprs == [1]:
        return 0
    if not basis.is_zero_dimensional:
        raise ValueError("the polynomials have infinitely many common zeros")
    leading = [poly.monoms(order="grevlex")[0] for poly in basis.polys]
    return _below(leading, (0,)*(len(symbols) + 1), 0)


def _below(leading, monomial, first):
    """Monomials that no leading one divides, from `monomial` on, raising the variables from `first` on."""
    if any(all(a <= b for a, b in zip(lead, monomial)) for lead in leading):
        return 0
    raised = ((i, monomial[:i] + (monomial[i] + 1,) + monomial[i + 1:]) for i in range(first, len(monomial)))
    return 1 + sum(_below(leading, one, i) for i, one in raised)


def largest_multiplier(matrix, neutral=0):
    """The largest modulus of an eigenvalue of a rational matrix, `neutral` eigenvalues 1 left out: a ball.

    These factors x - 1 of the characteristic polynomial are divided out exactly, and the roots of
    what is left are isolated.
    Error: enclosed.  Raises: Absent if 1 is an eigenvalue of a smaller multiplicity than `neutral`.
    """
    rest = matrix.charpoly()
    for k in range(neutral):
        if rest(fmpq(1)) != 0:
            raise Absent(f"1 is an eigenvalue of multiplicity {k}, and not of {neutral}: these directions are not neutral")
        rest = rest//fmpq_poly([-1, 1])
    integral = fmpz_poly([int(c) for c in (rest*rest.denom()).coeffs()])
    worst = arb(0)
    for z, _ in integral.complex_roots():
        worst = worst.max(abs(z))
    return worst


def largest_in_batch(matrices, neutral=0):
    """The largest modulus of an eigenvalue of M_T ... M_1 for each run; floats, shape (n,).

    matrices  T tables of d rows of d arrays (n,), M_1 first
    neutral   how many eigenvalues, the nearest to 1, are left out

    Error     observed: that of LAPACK's eigenvalues, no bound
    """
    product = np.eye(len(matrices[0]))
    for table in matrices:
        product = np.moveaxis(np.array(table), -1, 0) @ product
    values = np.linalg.eigvals(product)
    order = np.argsort(np.abs(values - 1), axis=-1)
    return np.abs(np.take_along_axis(values, order, axis=-1)[:, neutral:]).max(axis=-1)
