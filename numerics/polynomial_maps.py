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
from sympy.polys.matrices import DomainMatrix

from numerics.balls.arithmetic import Undecided
from numerics.laboratory import Absent
from numerics.reading import exact, exact_fraction, listed, whole


def rational(x):
    """An exact rational number (int, Fraction, SymPy) as FLINT's fmpq, which is fast; a tuple entry by entry."""
    if isinstance(x, (tuple, fmpq)):
        return x if isinstance(x, fmpq) else tuple(map(rational, x))
    x = exact_fraction("x", x)
    return fmpq(x.numerator, x.denominator)


def derivative_weights(degree):
    """Weights c_1, ..., c_m with p'(0) = sum c_k (p(k) - p(-k)) for polynomials of the degree.

    c_k = (-1)^(k+1) m!^2 / (k (m-k)! (m+k)!), m = degree/2 rounded up: exact up to degree 2m.
    """
    m = (whole("degree", degree, 1) + 1)//2
    return [Fraction((-1)**(k + 1)*factorial(m)**2, k*factorial(m - k)*factorial(m + k)) for k in range(1, m + 1)]


def jacobian(iterate, step, point, degree, spacing=1, within=None):
    """The d x d matrix DF(point), as d rows, of one polynomial step F of at most the degree.

    iterate   a laboratory's: iterate(step, point, count)
    point     tuple of d fmpq, Fraction or arb
    spacing   exact number between the values used; in balls a small one loses fewer digits
    within    the coordinates of a block: its rows and columns alone, in this order

    Error   none for rationals, enclosed for balls
    Cost    degree + 1 steps (rounded up to an even number) for each column
    """
    columns, within = [], range(len(point)) if within is None else within
    for j in within:
        at = lambda h: iterate(step, tuple(x + h*spacing if k == j else x for k, x in enumerate(point)), 1)
        columns.append([sum((p - q)*c.numerator/c.denominator for c, p, q in parts)/spacing
                        for parts in _by_coordinate(derivative_weights(degree), at, within)])
    return [list(row) for row in zip(*columns)]


def _by_coordinate(weights, at, within):
    """For each coordinate within the block the triples (weight, F(k), F(-k))."""
    pairs = [(c, at(k), at(-k)) for k, c in enumerate(weights, 1)]
    return zip(*[[(c, up[i], down[i]) for i in within] for c, up, down in pairs])


def cycle_jacobian(iterate, step, points, degree):
    """DF(x_T) ... DF(x_1) for rational points x_1, ..., x_T: the map round a cycle, an fmpq_mat."""
    product = fmpq_mat([[int(i == j) for j in range(len(points[0]))] for i in range(len(points[0]))])
    for point in points:
        product = fmpq_mat(jacobian(iterate, step, point, degree))*product
    return product


def characteristic(matrix, x):
    """det(x I - M) of a rational matrix at the rational x."""
    return matrix.charpoly()(rational(x))


def symbolic_characteristic(matrix, x):
    """det(x I - M) of a SymPy matrix of rational functions, by powers of the symbol x.

    Error: none, exact: over the field of rational functions, where nothing needs expanding
    """
    table = DomainMatrix.from_Matrix(matrix)
    coefficients = table.charpoly()
    return sum(table.domain.to_sympy(c)*x**k for k, c in enumerate(reversed(coefficients)))


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
    polynomials = [exact(p) for p in listed("polynomials", polynomials)]
    inverse, avoided = Symbol("inverse"), Poly(exact(avoiding), *symbols)
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
    rest = _without_one(matrix.charpoly(), neutral)
    worst = arb(0)
    for z, _ in _integral(rest).complex_roots():
        worst = worst.max(abs(z))
    return worst


def without_root_one(poly, times):
    """A rational fmpq_poly divided by (x - 1)^times, as a SymPy Poly.  Raises: Absent as `largest_multiplier` does."""
    rest = _without_one(poly, times)
    return Poly([sympify(Fraction(int(c.p), int(c.q))) for c in reversed(rest.coeffs())], Symbol("x"))


def outside_the_disc(poly):
    """How many complex roots of a rational SymPy Poly have modulus above 1, with multiplicity.

    Error: none, exact.  Raises: Undecided if a root's ball meets the unit circle
    """
    count = 0
    for z, times in _integral(fmpq_poly([rational(c) for c in reversed(poly.all_coeffs())])).complex_roots():
        if not (abs(z) > 1 or abs(z) < 1):
            raise Undecided(f"a root near {z} is not told from the unit circle")
        count += times if abs(z) > 1 else 0
    return count


def _without_one(rest, times):
    for k in range(times):
        if rest(fmpq(1)) != 0:
            raise Absent(f"1 is an eigenvalue of multiplicity {k}, and not of {times}: these directions are not neutral")
        rest = rest//fmpq_poly([-1, 1])
    return rest


def _integral(poly):
    return fmpz_poly([int(c) for c in (poly*poly.denom()).coeffs()])


def attracting_in_batch(matrices):
    """Whether M_T ... M_1, 4 x 4 with an eigenvalue 1, has the other three in the open unit disc; for each run, shape (n,).

    matrices  T tables of 4 rows of 4 float arrays (n,), M_1 first

    The characteristic polynomial (Faddeev and LeVerrier) is divided by x - 1; Jury's conditions decide.
    Error     observed: floats decide strict inequalities
    """
    product = np.eye(4)
    for table in matrices:
        product = np.moveaxis(np.array(table), -1, 0) @ product
    power, found = product, []
    for k in range(1, 4):
        found.append(-np.trace(power, axis1=-2, axis2=-1)/k)
        power = product @ (power + found[-1][:, None, None]*np.eye(4))
    a2 = found[0] + 1
    a1 = found[1] + a2
    return jury(a2, a1, found[2] + a1)


def jury(a2, a1, a0):
    """Whether x^3 + a2 x^2 + a1 x + a0 has all its roots in the open unit disc; numbers or arrays."""
    last = 1 - a0**2
    return ((1 + a2 + a1 + a0 > 0) & (1 - a2 + a1 - a0 > 0) & (last > 0)
            & (last > a0*a2 - a1) & (last > a1 - a0*a2))
