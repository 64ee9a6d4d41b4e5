"""Rademacher complexity of bias-free ReLU networks with bounded path norm: free of the dimension.

Statement.  F = {sum_j a_j relu(w_j . x) : sum_j |a_j| |w_j| <= 1}, n inputs of length rho, R the complexity
(1/n) E sup_F sum_i e_i f(x_i) and M = E|sum_i e_i x_i|, e_i independent fair signs.  Then

    M/2 <= n R <= 2 M,      n rho^2/2 <= M^2 <= n rho^2.

With rho = sqrt(d): SGD's stability forces P <= 2/(eta sqrt(d)) (see `relu_path`), so R <= 4/(eta sqrt(n)), free
of d; gradient descent can keep P <= 2/eta (see `relu_top`), so R >= sqrt(d/2)/(eta sqrt(n)).  The ratio of the
two is at least sqrt(d)/(4 sqrt(2)).  Measured exactly for one and two dimensions; proved for all, given two
published inequalities.
"""

from itertools import product

from sympy import Eq, Ge, Le, Max, Rational, sqrt, symbols

from theorems import Source, Theorem, cited, nonnegative, zero

R, M = symbols("R M", nonnegative=True)                        # measured
n = symbols("n", integer=True, positive=True)
rho = symbols("rho", positive=True)
spread = symbols("spread", nonnegative=True)                   # largest less smallest |x_i|^2
t = symbols("t", real=True)

theorem = Theorem("Rademacher complexity of stable ReLU networks", assumes=(Eq(spread, 0),),
                  source=Source("Wu and Su", arxiv="2305.17490", at="generalisation of stable minima, re-derived"))


@theorem.data
def design(case):
    sizes = [sum(t**2 for t in x) for x in case.inputs]
    return {n: len(sizes), rho: sqrt(max(sizes)), spread: max(sizes) - min(sizes)}


lengths = theorem.claim(
    "the mean length of a random sum",
    (Le(M**2, n*rho**2), Ge(2*M**2, n*rho**2)),
    false={
        "equal to the root of n": (Le(M**2, n*rho**2), Ge(M**2, n*rho**2)),
        "at most half": (Le(2*M**2, n*rho**2), Ge(2*M**2, n*rho**2)),
    },
)
classes = theorem.claim(
    "the complexity of the unit path norm ball lies between half and twice the mean length over n",
    (Le(n*R, 2*M), Ge(2*n*R, M)),
    false={
        "below half of the mean length": (Le(2*n*R, M), Ge(2*n*R, M)),
        "above twice the mean length": (Le(n*R, 2*M), Ge(n*R, 2*M)),
    },
)


@lengths.proof
def by_independence(upper, lower):
    """E|sum e_i x_i|^2 = sum |x_i|^2 = n rho^2, for E e_i e_j = 0; the variance of the length is nonnegative."""
    x, y, second = symbols("x y second", real=True)
    yield zero(((x + y)**2 + (x - y)**2)/2 - x**2 - y**2, "signs of a further input cancel the mixed term, in each coordinate")
    mean = (second >= M**2, Eq(second, n*rho**2))
    yield nonnegative(upper.gts - upper.lts, "the mean's square is at most the mean square", mean)
    yield cited("Khintchine and Kahane with the constant of Latala and Oleszkiewicz: E|sum e_i x_i|^2 <= 2 (E|sum e_i x_i|)^2")
    yield nonnegative(lower.gts - lower.lts, "so twice the mean's square is at least it", (second <= 2*M**2, Eq(second, n*rho**2)))


@classes.proof
def by_contraction(upper, lower):
    """The supremum over F is that of |sum e_i relu(u . x_i)| over unit vectors u, as f is a weighted mean of +- such.

    relu(t) - relu(-t) = t, so the values at u and -u differ by u . sum e_i x_i, and one is at least half of it.
    """
    p, q = symbols("p q", nonnegative=True)                    # |values| at u and at -u
    yield zero(Max(t, 0) - Max(-t, 0) - t, "relu(t) - relu(-t) = t")
    yield nonnegative(lower.gts - lower.lts, "the larger of two whose sum is at least |u . sum e_i x_i|",
                      (p <= n*R, q <= n*R, p + q >= M))
    yield cited("contraction (Ledoux and Talagrand): E sup_u |sum e_i relu(u . x_i)| <= 2 E sup_u |u . sum e_i x_i|")
    yield nonnegative(upper.gts - upper.lts, "so n R <= 2 M", (n*R <= 2*M,))


@lengths.enclosure
def mean_length(lab):
    """All patterns of signs."""
    total = sum(sqrt(sum(sum(e*x[j] for e, x in zip(signs, lab.inputs))**2 for j in range(len(lab.inputs[0]))))
                for signs in product((1, -1), repeat=len(lab.inputs)))
    return total/2**len(lab.inputs)


@classes.enclosure
def both_means(lab):
    """The supremum over the circle is at the end of an arc, where some u . x_i = 0, or along a sum of e_i x_i."""
    total = sum(largest(signs, lab.inputs) for signs in product((1, -1), repeat=len(lab.inputs)))
    return {R: total/(len(lab.inputs)*2**len(lab.inputs)), M: mean_length(lab)}


def largest(signs, inputs):
    """max over unit u of |sum e_i relu(u . x_i)|: the active sums and the perpendiculars of inputs are tried."""
    signed = [tuple(e*x for x in row) for e, row in zip(signs, inputs)]
    active = [[row for row, on in zip(signed, chosen) if on] for chosen in product((0, 1), repeat=len(inputs)) if any(chosen)]
    sums = [tuple(sum(column) for column in zip(*rows)) for rows in active]
    turned = [(-x[1], x[0]) for x in inputs] if len(inputs[0]) == 2 else []
    return max(value(signs, inputs, u, way) for u in (*sums, *inputs, *turned) for way in (1, -1))


def value(signs, inputs, u, way):
    """|sum e_i relu(way u . x_i)|/|u|, 0 for u = 0."""
    size = sum(x**2 for x in u)
    if size == 0:
        return Rational(0)
    return abs(sum(e*max(way*sum(s*x for s, x in zip(u, row)), 0) for e, row in zip(signs, inputs)))/sqrt(size)


circle = ((3, 4), (-4, 3), (Rational(7, 5), Rational(24, 5)))
theorem.case("one input", inputs=((Rational(1, 3),),))
theorem.case("two parallel inputs", inputs=((2,), (2,)))
theorem.case("two opposite inputs", inputs=((Rational(1, 2),), (-Rational(1, 2),)))
theorem.case("two on a circle", inputs=circle[:2])
theorem.case("three on a circle", inputs=circle)
lengths.case("four equal signs", inputs=((1,),)*4)
lengths.outside("one input of two is zero", breaks=Eq(spread, 0), inputs=((1,), (0,), (0,)))
