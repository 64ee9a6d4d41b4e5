"""Depth L turns the l1 norm of a diagonal linear network's sharpness into the power 2 - 2/L.

Statement.  f = sum_j x_j prod_l a_lj with L layers at an interpolating point, beta_j = prod_l a_lj and
S = (1/n) sum_i x_i x_i^T.  For all data

    tr H = sum_j S_jj sum_l prod_(i != l) a_ij^2  >=  L sum_j S_jj |beta_j|^(2 - 2/L),

with equality where all layers of a coordinate agree in size.  L = 2 is the weighted l1 norm (see
`diagonal_balance`); for more layers the power exceeds 1 and tends to 2: depth does not make
stable SGD sparser in beta.  Shown for every depth, dimension and number of samples.
"""

from math import prod

from sympy import Ge, Rational, symbols

from theorems import Source, Theorem, cited, nonnegative, zero
from theorems.sgd_stable_minima_norms.differences import loss_trace

trace = symbols("trace", nonnegative=True)                     # measured
L = symbols("L", integer=True, positive=True)
norm, plain = symbols("norm plain", nonnegative=True)          # sum S_jj |beta_j|^(2 - 2/L); sum S_jj |beta_j|

theorem = Theorem("sharpness of deep diagonal linear networks",
                  source=Source("Wu and Su", arxiv="2305.17490", at="diagonal linear networks, extended to any depth"))


@theorem.data
def network(case):
    depth, share = len(case.layers), Rational(1, len(case.inputs))
    sizes = [abs(prod(column)) for column in zip(*case.layers)]
    weights = [share*sum(x[j]**2 for x in case.inputs) for j in range(len(sizes))]
    return {L: depth, norm: sum(s*b**(2 - Rational(2, depth)) for s, b in zip(weights, sizes)),
            plain: sum(s*b for s, b in zip(weights, sizes))}


bound = theorem.claim(
    "the trace is at least L times a sum of powers of beta",
    Ge(trace, L*norm),
    false={
        "the l1 norm at every depth": Ge(trace, L*plain),
        "one layer more": Ge(trace, (L + 1)*norm),
    },
)


@bound.proof
def by_the_geometric_mean(claimed):
    """The L products of all layers but one have the product |beta|^(2L - 2), so the geometric mean |beta|^(2 - 2/L)."""
    a, b, c, x, size = symbols("a b c x size", positive=True)
    f = a*b*c*x
    yield zero(sum(f.diff(one)**2 for one in (a, b, c)) - x**2*((b*c)**2 + (a*c)**2 + (a*b)**2), "|g|^2, written for three layers")
    yield zero((2*L - 2)/L - (2 - 2/L), "the power of the geometric mean")
    yield cited("the arithmetic mean of nonnegative numbers is at least the geometric one")
    yield nonnegative(claimed.gts - claimed.lts, "so the trace is at least the claim", given=(trace/L >= norm,))


@bound.enclosure
def from_the_loss(lab):
    """The loss's own second differences: the output is affine in each parameter."""
    depth, size = len(lab.layers), len(lab.inputs[0])
    output = lambda p, x: sum(prod(p[layer*size + j] for layer in range(depth))*x[j] for j in range(size))
    return loss_trace(output, tuple(w for layer in lab.layers for w in layer), lab.inputs)


half, third = Rational(1, 2), Rational(1, 3)
bound.case("two layers, balanced", inputs=((1, 2), (half, -1)), layers=((2, -third), (-2, third)))
bound.case("three layers, balanced", inputs=((1, 1), (1, -2)), layers=((half, third), (half, third), (-half, third)))
bound.case("three layers", inputs=((third, 1),), layers=((1, 2), (8, 1), (1, -4)))
bound.case("four layers, large and balanced", inputs=((1, half), (3, 1)), layers=((2, 3), (2, 3), (-2, 3), (2, 3)))
bound.case("one layer: linear regression", inputs=((half, third), (1, 1)), layers=((5, half),))
bound.case("five layers, tiny", inputs=((third,),), layers=((third,),)*5)
