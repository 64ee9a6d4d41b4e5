"""Which weighted squares fall on average in every step of SGD, and when some weight does.

Statement.  H_i = X_i^T X_i, H their mean, C(S) = (HS + SH)/2, D = (1 - p) HSH + p mean H_i S H_i.  For a
symmetric weight W, one step of size eta changes x.W x on average by

    E x_1.W x_1 - x.W x = eta (eta x.D(W) x - 2 x.C(W) x),

so no step raises it anywhere exactly if eta D(W) <= 2 C(W).  SGD is strictly stable in mean square
exactly if some W > 0 falls strictly: W = sum_t T^t(I), which solves W - T(W) = I.
Proved for every n, B, dimension and number of outputs.
"""

from itertools import combinations

from sympy import Eq, Equivalent, Matrix, Rational, symbols

from numerics.stability import growth as growth_of, sampling_factor, step_matrices
from numerics.steps import descent
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero
from theorems.sgd_trace_stability.samples import dot, gradient, numbers
from theorems.sgd_trace_stability.threshold import mean_hessian

change = symbols("change", real=True)                          # measured: E x_1.W x_1 - x.W x
growth, weight = symbols("growth weight", real=True)           # measured: of E|x_t|^2; least eigenvalue of the solution W
cw, dw = symbols("cw dw", real=True)                           # x.C(W) x, x.D(W) x
eta = symbols("eta", positive=True)
W = symbols("W", commutative=False)

theorem = Theorem("weights that fall in every step of SGD",
                  source=Source("Wu and Su", arxiv="2305.17490", at="definitions of stability, compared"))


@theorem.data
def forms(case):
    H, single = mean_hessian(case.samples), [Matrix(rows).T*Matrix(rows) for rows in case.samples]
    factor = sampling_factor(len(single), case.batch, False)
    share, W, x = Rational(factor.numerator, factor.denominator), Matrix(case.weight), Matrix(case.x)
    noise = sum((one*W*one for one in single), 0*W)/len(single)
    return {cw: (x.T*H*W*x)[0], dw: (x.T*((1 - share)*H*W*H + share*noise)*x)[0], eta: case.eta}


one_step = theorem.claim(
    "the change of a weighted square in one step",
    Eq(change, eta*(eta*dw - 2*cw)),
    false={
        "half the drift": Eq(change, eta*(eta*dw - cw)),
        "no noise": Eq(change, -2*eta*cw),
    },
)


@one_step.proof
def by_expansion(claimed):
    """The mean of (1 - eta H_B) W (1 - eta H_B) - W; D(W) is the mean of H_B W H_B by the second-moment operator."""
    B = symbols("B", commutative=False)
    yield zero((1 - eta*B)*W*(1 - eta*B) - W - (eta**2*B*W*B - eta*B*W - eta*W*B), "for one batch, whose mean is H")
    yield zero(eta**2*dw - eta*cw - eta*cw - claimed.rhs, "x.HWx = x.WHx = x.C(W)x")


@one_step.enclosure
def over_all_batches(lab):
    """One step on every batch; the mean of the weighted square, less the start's."""
    samples, x, eta, W = numbers(lab.samples), numbers(lab.x), numbers(lab.eta), numbers(lab.weight)
    batches = list(combinations(range(len(samples)), lab.batch))
    square = lambda z: dot(z, [dot(row, z) for row in W])
    ends = [lab.iterate(descent(gradient(samples, batch), eta), x, 1) for batch in batches]
    return sum(map(square, ends))/len(ends) - square(x)


weighted = theorem.claim(
    "strictly stable exactly if the weight that falls by |x|^2 is positive definite",
    Equivalent(growth < 1, weight > 0),
    false={
        "whatever its sign": Equivalent(growth < 1, weight**2 > 0),
        "if it is above 1": Equivalent(growth < 1, weight > 2),
    },
)


@weighted.proof
def by_the_neumann_series(claimed):
    """W - T(W) = I.  If growth < 1, W = sum T^t(I) >= I.  If W > 0, pair with the top eigenmatrix Z >= 0 of T."""
    falls, region = sorted(claimed.args, key=lambda one: not one.has(growth))
    z, w, g = symbols("z w g", positive=True)                  # <Z, I> and <Z, W>; growth
    yield cited("T keeps the cone of positive semidefinite matrices, is self-adjoint and has its largest eigenvalue `growth` at some "
                "Z >= 0 in it; W = sum T^t(I) >= I if growth < 1")
    yield positive(1 - growth, "the series converges where the claim says so", given=falls)
    yield positive((region.gts - region.lts).subs(weight, 1 + w), "a weight W >= I is in the region")
    yield zero((w - g*w - z).subs(z, (1 - g)*w), "<Z, W> - <Z, T(W)> = (1 - growth) <Z, W> = <Z, I>")
    yield positive((falls.gts - falls.lts).subs(growth, 1 - z/w), "so W > 0 makes growth < 1")
    yield positive(weight, "the region holds positive definite weights only", given=region)
    yield nonnegative(-weight, "and what is excluded is none", given=~region)


@weighted.enclosure
def by_solving(lab):
    """The growth factor over all batches, and W - T(W) = I solved for W in two parameters."""
    steps = step_matrices(lab.samples, lab.eta, lab.batch, False)
    steps = [Matrix(2, 2, [Rational(int(x.p), int(x.q)) for row in one.tolist() for x in row]) for one in steps]
    basis = [Matrix([[1, 0], [0, 0]]), Matrix([[0, 1], [1, 0]]), Matrix([[0, 0], [0, 1]])]
    left = [S - sum((one*S*one for one in steps), 0*S)/len(steps) for S in basis]
    x, y, z = Matrix([[one[0, 0] for one in left], [one[0, 1] for one in left], [one[1, 1] for one in left]]).solve(
        Matrix([1, 0, 1]))
    return {growth: growth_of(lab.samples, lab.eta, lab.batch, replacement=False),
            weight: min(Matrix([[x, y], [y, z]]).eigenvals())}


half, third = Rational(1, 2), Rational(1, 3)
three = [[(1, half)], [(-third, 2)], [(half, half/2)]]
skew = ((2, half), (half, 1))
theorem.case("three samples", samples=three, weight=skew, x=(1, -2), eta=Each((third, 1)), batch=Each((1, 2)))
theorem.case("two axes", samples=[[(2, 0)], [(0, 1)]], weight=((1, 0), (0, -1)), x=(1, 1), eta=Rational(1, 4), batch=1)
theorem.case("orthonormal", samples=[[(1, 0)], [(0, 1)]], weight=((1, 0), (0, 1)), x=(3, 1), eta=Rational(5, 2), batch=1)
theorem.case("two outputs, short", samples=[[(half, 0), (half, half)], [(0, third), (third, -third)]], weight=skew, x=(half, 1),
             eta=2, batch=1)
theorem.case("reached in one step", samples=[[(1, 0), (0, 1)]], weight=skew, x=(1, 1), eta=1, batch=1)
theorem.case("isotropic outputs", samples=[[(3, 0), (0, 3)]], weight=skew, x=(1, 2), eta=Rational(1, 10), batch=1)
