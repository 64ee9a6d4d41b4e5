"""Reshuffled epochs of SGD: stability bounds a product over the samples, not the trace.

Statement.  Sample i has Hessian g_i g_i^T at an interpolating minimum, s_i = |g_i|^2, H is their mean, of
rank r.  Each epoch runs through all n samples once in a fresh uniform order.  The growth factor of
E|x|^2 per epoch is at least the mean over orders of |P|^2/r, P the epoch's product, Frobenius norm, and

    mean |P|^2/r >= (prod_i |1 - eta s_i|)^(2/r),

so stability forces prod |1 - eta s_i| <= 1.  One factor 0 makes every s_j possible (d = 1, eta s_1 = 1:
stable in one epoch whatever s_2), so tr H <= 2/eta fails; for equal norms it survives and is enough
(`reshuffling_equal`).  Proved for every n and r.
"""

from itertools import permutations

from sympy import Matrix, Rational, prod, symbols

from numerics.stability import epoch_growth
from numerics.steps import stochastic_descent
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.samples import dot, gradient, numbers

growth, average, power = symbols("growth average power", nonnegative=True)     # measured: top of the epoch's operator; v = mean |P|^2/r; v^r
product, eta = symbols("product eta", nonnegative=True)        # of the |1 - eta s_i|
a, b, c, d = symbols("a b c d", real=True)

theorem = Theorem("reshuffled epochs of SGD",
                  source=Source("Wu and Su", arxiv="2305.17490", at="linear stability, for sampling without replacement over epochs"))


@theorem.data
def factors(case):
    size = [dot(row, row) for row in case.gradients]
    return {product: prod(abs(1 - case.eta*s) for s in size)}


necessary = theorem.claim(
    "the epoch's growth is at least a mean square, that at least a product",
    (power >= product**2, growth >= average),
    false={
        "twice the mean square": (power >= product**2, growth >= 2*average),
        "at most": (power >= product**2, growth <= average),
        "the product's square root": (power >= product, growth >= average),
    },
)


@necessary.proof
def by_determinants(mean_square, top):
    """det P = prod (1 - eta s_i) for every order; |P|^2/r is at least |det P|^(2/r)."""
    g, h, s = Matrix([a, b]), symbols("h", real=True), symbols("s", positive=True)
    yield zero((Matrix([[1, 0], [0, 1]]) - eta*g*g.T).det() - (1 - eta*(a**2 + b**2)), "one factor's determinant")
    P = Matrix([[a, b], [c, d]])
    norm = sum(x**2 for x in P)
    yield zero(norm - 2*P.det() - (a - d)**2 - (b + c)**2, "r = 2: |P|^2 >= 2 det P")
    yield zero(norm + 2*P.det() - (a + d)**2 - (b - c)**2, "and >= -2 det P")
    yield cited("the eigenvalues of P^T P have arithmetic mean |P|^2/r and geometric mean |det P|^(2/r); "
                "the geometric mean of the orders' values is at most their mean")
    yield zero(mean_square.gts - mean_square.lts - (power - product**2), "raised to the power r")
    yield cited("the epoch's operator is self-adjoint, as reversing an order transposes P, and keeps the cone of positive "
                "semidefinite matrices: its growth is at least <I, T I>/<I, I>")
    yield nonnegative((top.gts - top.lts).subs(growth, average + s), "the growth is no less than the mean square")
    yield nonnegative((top.gts - top.lts).subs(growth, average), "and may equal it")


@necessary.enclosure
def over_all_orders(lab):
    """Run one epoch in every order from every unit vector; and the top of the epoch's operator (r = d here)."""
    samples, eta = [[row] for row in numbers(lab.gradients)], numbers(lab.eta)
    gradients, size = [gradient(samples, (i,)) for i in range(len(samples))], len(lab.gradients[0])
    starts = [tuple(0*eta + int(i == j) for j in range(size)) for i in range(size)]
    ends = [epoch(lab, gradients, eta, start, order) for start in starts for order in permutations(range(len(samples)))]
    mean = sum(dot(x, x) for x in ends)/len(ends)
    return {average: mean, power: mean**size, growth: epoch_growth([[row] for row in lab.gradients], lab.eta)}


def epoch(lab, gradients, eta, start, order):
    """The point after one epoch in the given order."""
    draws = iter(order)
    return lab.iterate(stochastic_descent(gradients, eta, lambda: next(draws)), start, len(order))


half, third = Rational(1, 2), Rational(1, 3)
three = [(1, half), (-third, 2), (half, half/2)]
theorem.case("three samples", gradients=three, eta=Each((half, 1, 2)))
theorem.case("one parameter", gradients=[(1,), (2,), (half,)], eta=Each((third, 1, 3)))
theorem.case("orthonormal", gradients=[(1, 0), (0, 1)], eta=Each((half, 2, 3)))
theorem.case("five in the plane", gradients=[*three, (1, 1), (1, -1)], eta=Rational(1, 4))
theorem.case("three axes", gradients=[(1, 0, 0), (0, 2, 0), (0, 0, half)], eta=Rational(3, 2))
