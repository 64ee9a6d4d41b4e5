"""What gradient descent's stability keeps: a ball of the maximum norm, d times as wide as SGD's.

Statement.  Diagonal linear network f = sum_j a_j b_j x_j on whitened sign inputs, |x_ij| = 1 and
(1/n) sum_i x_i x_i^T = I.  Full-batch gradient descent with balanced factors |a_j| = |b_j| is stable to
first order at step size eta exactly if max_j |beta_j| <= 1/eta; SGD of batch size 1 exactly if
sum_j |beta_j| <= 1/eta.  So stability of gradient descent does not imply SGD's: two coefficients of
3/(4 eta) are kept by the one and not by the other.  The norms may not be exchanged.
Written for two coordinates, where H is a sum of commuting blocks; it holds for every number of them.
"""

from sympy import Eq, Equivalent, Le, Max, Rational, symbols

from numerics.stability import growth
from numerics.stable_networks import diagonal_gradients
from theorems import Each, Source, Theorem, cited, nonnegative, zero

full, single = symbols("full single", nonnegative=True)        # measured: growth per step of the second moment
r1, r2 = symbols("r1 r2", nonnegative=True)                    # |beta_j|
eta = symbols("eta", positive=True)
defect = symbols("defect", nonnegative=True)                   # of S - I, of |x_ij| = 1 and of balance, squared

theorem = Theorem("gradient descent's and SGD's norms compared", assumes=(Eq(defect, 0),),
                  source=Source("Wu and Su", arxiv="2305.17490", at="diagonal linear networks, GD against SGD"))


@theorem.data
def network(case):
    share = 1/Rational(len(case.inputs))
    cross = share*sum(x*y for x, y in case.inputs)
    return {r1: abs(case.a[0]*case.b[0]), r2: abs(case.a[1]*case.b[1]), eta: case.eta,
            defect: cross**2 + sum((x**2 - 1)**2 for row in case.inputs for x in row)
            + sum((s**2 - t**2)**2 for s, t in zip(case.a, case.b))}


regions = theorem.claim(
    "gradient descent keeps the maximum norm's ball, SGD the l1 ball",
    (Equivalent(Le(full, 1), Le(eta*Max(r1, r2), 1)), Equivalent(Le(single, 1), Le(eta*(r1 + r2), 1))),
    false={
        "exchanged": (Equivalent(Le(full, 1), Le(eta*(r1 + r2), 1)), Equivalent(Le(single, 1), Le(eta*Max(r1, r2), 1))),
        "both the maximum norm": (Equivalent(Le(full, 1), Le(eta*Max(r1, r2), 1)),
                                  Equivalent(Le(single, 1), Le(eta*Max(r1, r2), 1))),
        "both the l1 norm": (Equivalent(Le(full, 1), Le(eta*(r1 + r2), 1)), Equivalent(Le(single, 1), Le(eta*(r1 + r2), 1))),
        "radius 2/eta": (Equivalent(Le(full, 1), Le(eta*Max(r1, r2), 2)), Equivalent(Le(single, 1), Le(eta*(r1 + r2), 2))),
    },
)


@regions.proof
def by_eigenvalue_and_trace(largest, total):
    """H has the eigenvalues w_j = 2 |beta_j| and zeros (see `whitened`); Lambda is their sum (see `sign_data`)."""
    moved, top = sorted(largest.args, key=lambda one: not one.has(full))
    drawn, whole = sorted(total.args, key=lambda one: not one.has(single))
    yield zero(moved.gts - moved.lts - (1 - full), "bounded means a growth of at most 1, for gradient descent")
    yield zero(drawn.gts - drawn.lts - (1 - single), "and for SGD")
    w = 2*r1, 2*r2
    for one in w:
        square = 1 - (1 - eta*one)**2
        yield zero(square - eta*one*(2 - eta*one), "the factor 1 - eta w is at most 1 in size exactly if eta w <= 2")
    yield zero(2*(top.gts - top.lts) - (2 - eta*Max(*w)), "gradient descent's region says eta max w <= 2")
    yield zero(2*(whole.gts - whole.lts) - (2 - eta*sum(w)), "SGD's says eta sum w <= 2")
    yield cited("for equal |g_i|^2 SGD's threshold is 2/|g_i|^2")
    for one in w:
        yield nonnegative(sum(w) - one, "SGD's region lies in gradient descent's")


@regions.enclosure
def growths(lab):
    """The top eigenvalue of S -> mean over batches of (I - eta H_B) S (I - eta H_B), all samples and one."""
    gradients = diagonal_gradients(lab.a, lab.b, lab.inputs)
    return {full: growth(gradients, lab.eta, len(gradients), replacement=False), single: growth(gradients, lab.eta)}


half, third = Rational(1, 2), Rational(1, 3)
shares = [Rational(p, 20) for p in (2, 7, 10, 15, 18, 20, 22, 35, 50)]
cross, square = ((1, 1), (1, -1)), ((1, 1), (1, -1), (-1, 1), (-1, -1))
for name, inputs, a, signs in (("equal coefficients", cross, (1, 1), (1, -1)), ("first larger", cross, (2, half), (-1, 1)),
                               ("second larger, four inputs", square, (third, half), (1, 1))):
    top = max(x**2 for x in a)*Rational(1)
    theorem.case(name, inputs=inputs, a=a, b=tuple(s*x for s, x in zip(signs, a)), eta=Each([share/top for share in shares]))
theorem.outside("unbalanced", breaks=Eq(defect, 0), inputs=cross, a=(2, 1), b=(half, 1), eta=half)
