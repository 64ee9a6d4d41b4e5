"""SGD's threshold for Gaussian gradients: a secular equation.

Statement.  Gradients g ~ N(0, H), H with eigenvalues h_j, in the limit of many samples.  Then
M(S) = E g g^T S g g^T = 2 HSH + tr(HS) H, and for sampling factor 0 < p <= 1 Lambda is the root beyond
(1 + p) max h of

    sum_j p h_j/(Lambda - (1 + p) h_j) = 1;     for H = h I in d dimensions: Lambda = h (1 + p (d + 1)).

So for H = h I noise divides gradient descent's stable step sizes by 1 + p (d + 1).  The noise is aligned with the
Hessian everywhere, mu(x) = 1 + x.H^3 x/(x.Hx |H|^2), so at least mu_0 = 1 + min h^2/|H|^2 (`frobenius`).  Every distribution with
a Gaussian's moments up to order 4 has the same Lambda: measured on the finite one with coordinates
0, +3c, -3c of weights 4/6, 1/6, 1/6.  Proved for every d; measured for d <= 2.
"""

from itertools import product

from sympy import Eq, Rational, symbols

from numerics.stability import alignment, largest_curvature
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero

Lambda, isotropic = symbols("Lambda isotropic", positive=True)         # measured: of the case; of its first variance alone
mu0 = symbols("mu0", positive=True)                            # measured: the least alignment
h1, h2, low, p = symbols("h1 h2 low p", positive=True)         # eigenvalues of H, the smaller; sampling factor
d = symbols("d", integer=True, positive=True)
c, u, w = symbols("c u w", positive=True)

theorem = Theorem("SGD's threshold for Gaussian gradients",
                  source=Source("Wu and Su", arxiv="2305.17490", at="Gaussian data, derived here"),
                  assumes=(p <= 1, low <= h1, low <= h2))


@theorem.data
def variances(case):
    """A coordinate 0, +3c, -3c with weights 4/6, 1/6, 1/6 has the variance 3 c^2."""
    one, two = (3*c**2 for c in case.scales)
    return {h1: one, h2: two, low: min(one, two), p: case.p, d: 2}


secular = theorem.claim(
    "Lambda solves the secular equation",
    (Eq(p*h1/(Lambda - (1 + p)*h1) + p*h2/(Lambda - (1 + p)*h2), 1), Eq(isotropic, h1*(1 + p*(d + 1)))),
    false={
        "without the trace's part": (Eq(Lambda, (1 + p)*h1), Eq(isotropic, h1*(1 + p))),
        "kurtosis forgotten": (Eq(p*h1/(Lambda - h1) + p*h2/(Lambda - h2), 1), Eq(isotropic, h1*(1 + p*(d - 1)))),
    },
)


@secular.proof
def by_a_diagonal_eigenmatrix(equation, equal):
    """S = diag(p w/(Lambda - (1 + p) h_j)) with tr(HS) = w; entry j of Lambda C(S) - D(S) then vanishes.

    That entry is Lambda h_j S_j - (1 + p) h_j^2 S_j - p tr(HS) h_j.  As S > 0, its value is the top.
    """
    variance, fourth = Rational(1, 6)*2*(3*c)**2, Rational(1, 6)*2*(3*c)**4
    yield zero(variance - 3*c**2, "the finite distribution's second moment")
    yield zero(fourth - 3*variance**2, "and its fourth, as for a Gaussian")
    yield cited("Isserlis' theorem: M(S) = 2 HSH + tr(HS) H; D(S) = Lambda C(S) with S > 0 determines the top eigenvalue")
    entry = p*w/(Lambda - (1 + p)*u)
    yield zero(Lambda*u*entry - (1 + p)*u**2*entry - p*w*u, "each entry, where w = tr(HS)", given=(Lambda > (1 + p)*u,))
    yield positive(entry, "is positive beyond the poles", given=(Lambda > (1 + p)*u,))
    trace = h1*entry.subs(u, h1) + h2*entry.subs(u, h2)
    yield zero(trace - w*(1 + equation.lhs - equation.rhs), "tr(HS) = w is the equation",
               given=(Lambda > (1 + p)*h1, Lambda > (1 + p)*h2))
    yield zero((d*p*h1 - (Lambda - (1 + p)*h1)).subs(Lambda, equal.rhs), "d equal eigenvalues")


@secular.enclosure
def of_the_finite_distribution(lab):
    """Top of C^-1 D for the 36 samples, each coordinate 0 four times, +3c and -3c once."""
    axis = lambda c: (0, 0, 0, 0, 3*c, -3*c)
    one, two = lab.scales
    curvature = lambda c, e: largest_curvature([[point] for point in product(axis(c), axis(e))], lab.p)
    return {Lambda: curvature(one, two), isotropic: curvature(one, one)}


beyond = theorem.claim(
    "and it is the root beyond the poles",
    (Lambda > (1 + p)*h1, Lambda > (1 + p)*h2),
    false={
        "between the poles": (Lambda > (1 + p)*h1, Lambda < (1 + p)*h2),
        "beyond twice the poles": (Lambda > 2*(1 + p)*h1, Lambda > 2*(1 + p)*h2),
    },
)


@beyond.proof
def by_the_trace_part(first, second):
    """S = e_j e_j^T has <S, D S>/<S, C S> = (1 + p) h_j + p h_j, as M(S) = 2 HSH + tr(HS) H."""
    yield cited("<S, D S>/<S, C S> <= Lambda for every S, since C^-1 D is self-adjoint for <S, C S>")
    for relation, h in ((first, h1), (second, h2)):
        quotient = ((1 - p)*h**2 + p*(2*h**2 + h**2))/h
        yield positive((relation.gts - relation.lts).subs(Lambda, quotient + w), "the quotient is beyond the pole")
        yield positive((relation.gts - relation.lts).subs(Lambda, quotient), "with room")


@beyond.enclosure
def of_the_same_distribution(lab):
    return of_the_finite_distribution(lab)[Lambda]


aligned = theorem.claim(
    "the noise is aligned with the Hessian by more than 1",
    Eq((mu0 - 1)*(h1**2 + h2**2), low**2),
    false={
        "by 1": Eq(mu0, 1),
        "by the largest eigenvalue": Eq((mu0 - 1)*(h1**2 + h2**2), h1**2 + h2**2 - low**2),
    },
)


@aligned.proof
def by_the_noise_of_a_gaussian(claimed):
    """N(x) = M(x x^T) - H x x^T H = H x x^T H + (x.Hx) H; mu(x) - 1 is a mean of the h_j^2/|H|^2, weighted by h_j x_j^2."""
    yield cited("Isserlis' theorem: M(S) = 2 HSH + tr(HS) H")
    y, z, g = symbols("y z g", nonnegative=True)               # h_j x_j^2 of both directions; the larger eigenvalue
    frob, energy = h1**2 + h2**2, y + z
    mu = (energy*frob + y*h1**2 + z*h2**2)/(energy*frob)
    weighted = (y*h1**2 + z*h2**2)/energy
    yield zero((mu - 1)*frob - weighted, "mu from tr(H N(x))/(x.Hx |H|^2)", given=(energy > 0,))
    yield nonnegative(y*low**2 + z*g**2 - low**2*energy, "no less than the smaller square", given=(g >= low,))
    yield zero((claimed.lhs - claimed.rhs).subs(mu0, 1 + low**2/frob), "which x along that direction attains")


@aligned.enclosure
def alignment_of_the_finite_distribution(lab):
    """Least eigenvalue of (mean H_i H H_i - H^3, H) for the 36 samples, over |H|^2."""
    axis = lambda c: (0, 0, 0, 0, 3*c, -3*c)
    one, two = lab.scales
    return alignment(list(product(axis(one), axis(two))))


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("two scales", scales=(1, half), p=Each((1, half)))
theorem.case("equal and short", scales=(third, third), p=Each((1, third, Rational(1, 50))))
theorem.case("far apart", scales=(Rational(1, 5), 2), p=half)
