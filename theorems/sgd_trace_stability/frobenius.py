"""Alignment of SGD's noise bounds the Frobenius norm of the Hessian.

Statement.  Sample i has Hessian H_i = g_i g_i^T at an interpolating minimum, H their mean, N(x) the noise
covariance mean H_i x x^T H_i - H x x^T H, p the sampling factor, mu_0 the least value of
tr(H N(x))/(x.Hx |H|^2) on the range of H, Frobenius norm.  SGD that is stable in mean square at eta has

    eta^2 p mu_0 |H|^2 + min_k (1 - eta lambda_k)^2 <= 1,     so     |H| <= 1/(eta sqrt(p mu_0));

if no step of size eta raises the expected loss anywhere, even lambda_k^2 + p mu_0 |H|^2 <= 2 lambda_k/eta
for every k.  Without alignment the bound fails: one sample in one dimension has mu_0 = 0 and is stable
at |H| = 2/eta.  All three are attained in one dimension.
Proved for every n, B and dimension; measured for H of rank at most 2.
"""

from sympy import Rational, symbols

from numerics.balls import ball
from numerics.stability import alignment, moment_threshold, one_step_curvature, sampling_factor
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.threshold import mean_hessian

mu0, edge, steep, closest = symbols("mu0 edge steep closest", nonnegative=True)    # measured: see the enclosures
frob, one, two = symbols("frob one two", positive=True)        # |H|^2; least and largest positive eigenvalue of H
eta = symbols("eta", positive=True)
p, c = symbols("p c", nonnegative=True)

theorem = Theorem("alignment bounds the Frobenius norm",
                  source=Source("Wu, Wang and Su", arxiv="2207.02628", at="alignment and linear stability, re-derived"),
                  assumes=(p <= 1, one <= two))


@theorem.data
def spectrum(case):
    H = mean_hessian([[row] for row in case.gradients])
    factor = sampling_factor(len(case.gradients), case.batch, False)
    positives = [value for value in H.eigenvals() if value > 0]
    return {frob: (H*H).trace(), one: min(positives), two: max(positives), p: Rational(factor.numerator, factor.denominator)}


stable = theorem.claim(
    "stability in mean square bounds the Frobenius norm",
    (p*mu0*frob*edge**2 <= 1, p*mu0*frob*edge**2 + closest <= 1),
    false={
        "without alignment": (frob*edge**2 <= 1, p*mu0*frob*edge**2 + closest <= 1),
        "whatever the batch": (mu0*frob*edge**2 <= 1, p*mu0*frob*edge**2 + closest <= 1),
        "half of it": (4*p*mu0*frob*edge**2 <= 1, p*mu0*frob*edge**2 + closest <= 1),
    },
)


@stable.proof
def by_the_growth_of_the_loss(norm, sharper):
    """Each step multiplies E L by at least min_k (1 - eta lambda_k)^2 + p eta^2 mu_0 |H|^2: at most 1 if stable."""
    yield from the_loss_grows()
    grown = closest + p*edge**2*mu0*frob
    yield zero(sharper.gts - sharper.lts - (1 - grown), "the factor of the expected loss is at most 1")
    yield nonnegative(norm.gts - norm.lts - (1 - grown), "and its first part is not negative")


def the_loss_grows():
    """In H's eigenbasis the drift of mode k is (1 - eta lambda_k)^2 times its loss."""
    weight, rest = symbols("weight rest", nonnegative=True)
    u, v = symbols("u v", nonnegative=True)                    # (1 - eta lambda_k)^2 of two modes, less the least of them
    yield zero(one*(1 - eta*one)**2*weight/2 - (1 - eta*one)**2*(one*weight/2), "mode by mode")
    yield nonnegative((u + c)*weight + (v + c)*rest - c*(weight + rest), "no mode falls faster than the fastest")
    yield cited("mean square stability is stability of E L, as H is positive definite on its range and nothing else moves")


@stable.enclosure
def at_the_edge(lab):
    """mu_0 from its pencil; the largest stable step size from all batches; the mode that falls fastest there."""
    samples = [[row] for row in lab.gradients]
    end = moment_threshold(samples, 2, lab.batch, replacement=False)
    number = (lambda x: x) if isinstance(end, Rational) else ball
    modes = [(1 - number(end)*number(value))**2 for value in mean_hessian(samples).eigenvals() if value > 0]
    least = modes[0] if len(modes) == 1 or modes[0] < modes[1] else modes[1]
    return {mu0: alignment(lab.gradients), edge: end, closest: least}


every_mode = theorem.claim(
    "a loss that no step raises satisfies the bound in every mode",
    (one**2 + p*mu0*frob <= one*steep, two**2 + p*mu0*frob <= two*steep),
    false={
        "without the noise's share": (one**2 + mu0*frob <= one*steep, two**2 + p*mu0*frob <= two*steep),
        "twice the drift": (one**2 + p*mu0*frob <= one*steep, 2*two**2 + p*mu0*frob <= two*steep),
    },
)


@every_mode.proof
def by_one_step_from_an_eigenvector(flat, sharp):
    """steep = 2/eta at the largest eta with E L(x_1) <= L(x) for all x; try x = v_k."""
    for relation, value in ((flat, one), (sharp, two)):
        factor = (1 - eta*value)**2 + p*eta**2*mu0*frob
        yield zero(eta**2*(relation.gts - relation.lts).subs(steep, 2/eta) - (1 - factor), "1 less the factor of E L from v_k")
    yield nonnegative(1 - c, "which is at most 1 where no step raises the loss", given=(c <= 1,))


@every_mode.enclosure
def of_one_step(lab):
    """mu_0 and the top of the pencil (D(H), H^2)."""
    factor = sampling_factor(len(lab.gradients), lab.batch, False)
    return {mu0: alignment(lab.gradients), steep: one_step_curvature([[row] for row in lab.gradients], factor)}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("three samples", gradients=[(1, half), (-third, 2), (half, half/2)], batch=Each((1, 2)))
theorem.case("one parameter", gradients=[(1,), (2,)], batch=1)
theorem.case("one parameter, all equal", gradients=[(half,), (-half,)], batch=1)
theorem.case("one parameter, one sample flat", gradients=[(0,), (third,)], batch=1)
theorem.case("one parameter, longer", gradients=[(0,), (3,), (0,), (1,)], batch=Each((1, 2, 3)))
theorem.case("orthogonal, of different lengths", gradients=[(2, 0), (0, 1), (0, 2)], batch=1)
