"""Prediction error of SAM and gradient descent on a linear model, exactly.

Statement.  Linear regression y = f* + noise with kernel matrix K = X X^T (eigenvalues d_i,
signal theta_i), loss |Xw - y|^2/2, start w = 0.  One step of unnormalised SAM multiplies the
residual in mode i by

    gamma_i = 1 - eta d_i - eta rho d_i^2       (rho = 0: gradient descent),

so that SAM is gradient descent with the kernel K + rho K^2, and after k steps

    E|u_k - f*|^2/n = (1/n) sum theta_i^2 gamma_i^(2k) + (sigma^2/n) sum (1 - gamma_i^k)^2.

No assumption on the signs or sizes of gamma_i.  The error is written out for n = 2; the proof
is mode by mode and holds for every n.  The variance is not sigma^2 (1 - gamma^(2k)).  For the
normalised ascent step of Foret et al. all of this is false: that step is not linear in y.
"""

from itertools import product

from sympy import Eq, Matrix, Pow, Rational, expand, symbols

from numerics.steps import unnormalised_sam
from theorems import Each, Source, Theorem, zero

ratio, error = symbols("ratio error", real=True)               # measured: residual's factor; prediction error
d, eta, rho = symbols("d eta rho", real=True)
g1, g2, h1, h2 = symbols("g1 g2 h1 h2", real=True)             # gamma_i; h_i stands for theta_i^2
s2 = symbols("s2", positive=True)                              # sigma^2
k = symbols("k", integer=True, nonnegative=True)
feature, weight, label, noise = symbols("feature weight label noise", real=True)

theorem = Theorem("prediction error of SAM and GD on linear models",
                  source=Source("Behdin and Mazumder", arxiv="2302.11836", at="setting, re-derived"))


@theorem.data
def modes(case):
    """Eigenvalues are squared singular values; theta = Q^T f*."""
    gammas = [1 - case.eta*s**2 - case.eta*case.rho*s**4 for s in case.singular]
    theta = rotation(case.angle).T*Matrix(case.signal)
    return {d: case.singular[0]**2, eta: case.eta, rho: case.rho, g1: gammas[0], g2: gammas[1],
            h1: theta[0]**2, h2: theta[1]**2, s2: case.sigma**2, k: case.time}


def rotation(angle):
    """The orthogonal matrix with eigenvectors of K as columns, from (cosine, sine)."""
    c, s = angle
    return Matrix([[c, -s], [s, c]])


residual = theorem.claim(
    "factor of the residual in one mode and one step",
    Eq(ratio, 1 - eta*d - eta*rho*d**2),
    false={
        "ascent with the wrong sign": Eq(ratio, 1 - eta*d*(1 - rho*d)),
        "ascent counted twice": Eq(ratio, 1 - eta*d*(1 + 2*rho*d)),
        "gradient descent": Eq(ratio, 1 - eta*d),
    },
)


@residual.proof
def by_one_step_on_symbols(claimed):
    """The step itself, run on symbols for one feature."""
    moved = unnormalised_sam(lambda w: feature*(feature*w - label), eta, rho)(weight)
    left, right = feature*moved - label, (feature*weight - label)*claimed.rhs.subs(d, feature**2)
    yield zero(left - right, "the residual is multiplied by gamma")


@residual.enclosure
def shrinkage(lab):
    """One step from weight 0 on the mode of the first singular value."""
    s = lab.singular[0]
    moved = lab.iterate(unnormalised_sam(lambda w: s*(s*w - 1), lab.eta, lab.rho), 0*s, 1)
    return 1 - s*moved


prediction = theorem.claim(
    "expected squared prediction error after k steps (two modes)",
    Eq(error, (h1*g1**(2*k) + h2*g2**(2*k) + s2*(1 - g1**k)**2 + s2*(1 - g2**k)**2)/2),
    false={
        "variance 1 - gamma^(2k)": Eq(error, (h1*g1**(2*k) + h2*g2**(2*k) + s2*(1 - g1**(2*k)) + s2*(1 - g2**(2*k)))/2),
        "bias not squared": Eq(error, (h1*g1**k + h2*g2**k + s2*(1 - g1**k)**2 + s2*(1 - g2**k)**2)/2),
        "variance forgotten": Eq(error, (h1*g1**(2*k) + h2*g2**(2*k))/2),
    },
)


@prediction.proof
def by_modes(claimed):
    """By `residual` and induction u_k = (1 - gamma^k) y in each mode; t stands for gamma^k.

    Expectation is linear, noise has mean 0 and second moment sigma^2 in every orthonormal
    basis, and a rotation keeps lengths: so the error is the mean of the modes' errors.
    """
    t1, t2, signal, c, s, a, b = symbols("t1 t2 signal c s a b", real=True)
    yield zero(label - label*g1*t1 - (1 - g1*t1)*label, "induction: a residual -t y becomes -gamma t y")
    yield zero((c*a - s*b)**2 + (s*a + c*b)**2 - a**2 - b**2, "rotations keep lengths", given=(Eq(c**2 + s**2, 1),))
    moved = expand(((1 - t1)*(signal + noise) - signal)**2)
    mean = moved.coeff(noise, 0) + moved.coeff(noise, 2)*s2
    one = lambda t, h: mean.subs({signal**2: h, t1: t})
    powers = {g1: t1, g2: t2}
    put = claimed.rhs.replace(lambda x: isinstance(x, Pow) and x.exp.has(k), lambda x: powers[x.base]**(x.exp/k))
    yield zero(put - (one(t1, h1) + one(t2, h2))/2, "the mean over both modes is the claim")


@prediction.enclosure
def mean_over_all_signs(lab):
    """Run SAM on every y = f* + noise with noise of entries +-sigma, and average: no linearity used."""
    q = rotation(lab.angle)
    x = [[q[i, j]*lab.singular[j] for j in range(2)] for i in range(2)]
    total = 0
    for signs in product((1, -1), repeat=2):
        y = [f + e*lab.sigma for f, e in zip(lab.signal, signs)]
        w = lab.iterate(unnormalised_sam(gradient(x, y), lab.eta, lab.rho), (0*y[0], 0*y[0]), lab.time)
        total += sum((dot(row, w) - f)**2 for row, f in zip(x, lab.signal))
    return total/8


def gradient(x, y):
    """Gradient of |Xw - y|^2/2 in w."""
    def at(*w):
        rest = [dot(row, w) - value for row, value in zip(x, y)]
        return tuple(dot(column, rest) for column in zip(*x))
    return at


def dot(one, other):
    return sum(a*b for a, b in zip(one, other))


third, half, tenth = Rational(1, 3), Rational(1, 2), Rational(1, 10)
tilted = (Rational(3, 5), Rational(4, 5))
theorem.case("tilted design", angle=tilted, singular=(Rational(3, 2), half), signal=(2, third), sigma=half,
             eta=Rational(1, 5), rho=Rational(1, 4), time=Each(range(1, 6)))
theorem.case("gradient descent", angle=tilted, singular=(1, Rational(5, 4)), signal=(1, -3), sigma=third,
             eta=third, rho=0*third, time=Each((1, 4)))
theorem.case("overshooting mode", angle=(Rational(5, 13), Rational(12, 13)), singular=(Rational(6, 5), Rational(1, 4)),
             signal=(Rational(1, 7), 5), sigma=Rational(2, 3), eta=Rational(4, 5), rho=Rational(7, 10), time=Each((2, 3)))
