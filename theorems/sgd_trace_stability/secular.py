"""SGD's threshold for mixtures of full batch and single samples, through a matrix over the samples.

Statement.  Sample i has Hessian g_i g_i^T, H = mean g_i g_i^T with eigenvalues h_k, y_i the coordinates of g_i in
its eigenbasis, 0 < p <= 1, x > (1 - p) lambda_1(H).  The matrix

    A(x)_ji = (p/n) sum_kl y_jk y_ik y_il y_jl/(x (h_k + h_l)/2 - (1 - p) h_k h_l)

is symmetric, positive semidefinite, has no negative entry and falls in x; its largest eigenvalue is
below 1 exactly if x > Lambda_p.  So the row sums certify a trial value: all below 1 proves x > Lambda_p,
all above 1 proves x < Lambda_p.  Beyond the pole is needed.  Proved for every n and dimension.
"""

from sympy import Equivalent, Rational, diff, symbols

from numerics.balls import ball_matrix, eigenvalues
from numerics.stability import largest_curvature
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero

top, Lambda, least = symbols("top Lambda least", real=True)    # measured: of A(x); of C^-1 D; least entry of A(x)
x, lam, p = symbols("x lam p", positive=True)                  # trial value; lambda_1(H); sampling factor
u, v, c, e = symbols("u v c e", positive=True)

theorem = Theorem("a secular matrix for SGD's threshold",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 3, a smaller matrix found here"),
                  assumes=(p <= 1, x > (1 - p)*lam))


@theorem.data
def trial(case):
    return {x: case.x, p: case.p, lam: max(spectrum(case.gradients))}


def spectrum(gradients):
    """Eigenvalues of H, whose eigenbasis is that of the coordinates: products of different ones cancel."""
    share = Rational(1, len(gradients))
    return [share*sum(g[k]**2 for g in gradients) for k in range(len(gradients[0]))]


decides = theorem.claim(
    "the largest eigenvalue is below 1 exactly beyond Lambda",
    (Equivalent(top < 1, x > Lambda), least >= 0),
    false={
        "exactly beyond twice Lambda": (Equivalent(top < 1, x > 2*Lambda), least >= 0),
        "exactly beyond gradient descent's": (Equivalent(top < 1, x > lam), least >= 0),
    },
)


@decides.proof
def by_monotony(claimed, entries):
    """x C - (1 - p) H x H is diagonal with positive entries L; A(x) = V* L^-1 V for p M = V V*: top A(x) = 1 at x = Lambda.

    In u = 1/h the entries are (p/n) int_0^oo e^((1 - p) s) (g_i.H^-1 e^(-s x H^-1/2) g_j)^2 ds.
    """
    below, beyond = sorted(claimed.args, key=lambda one: not one.has(top))
    entry = lambda x: x*(u + v)/2 - (1 - p)*u*v
    inside = (p <= 1, x > (1 - p)*u, x > (1 - p)*v)
    yield positive(v*(x - (1 - p)*u) + u*(x - (1 - p)*v), "twice the entry of L is positive beyond the pole", given=inside)
    yield zero(2*entry(x) - v*(x - (1 - p)*u) - u*(x - (1 - p)*v), "that is twice the entry")
    yield positive(diff(entry(x), x), "L grows with x, so A(x) falls strictly on its range")
    yield zero(entry(x)/(u*v) - (x*(1/u + 1/v)/2 - (1 - p)), "the exponent's rate: L_kl/(h_k h_l)")
    yield cited("top A(x) is continuous and falling; L C^-1-similarity: x C Z = D Z exactly if L Z = p M Z, so top A(Lambda) = 1")
    yield positive((below.gts - below.lts).subs(top, 1 - c), "values below 1 count")
    yield nonnegative(-(below.gts - below.lts).subs(top, 1 + 0*c), "1 does not")
    yield positive((beyond.gts - beyond.lts).subs(x, Lambda + e), "trial values above Lambda count")
    yield nonnegative(-(beyond.gts - beyond.lts).subs(x, Lambda), "Lambda does not")
    yield zero(entries.gts - entries.lts - least, "no entry of an integral of squares is negative")


@decides.enclosure
def at_the_trial_value(lab):
    """A(x) in rationals, its largest eigenvalue enclosed; Lambda from C and D."""
    h, rows = spectrum(lab.gradients), lab.gradients
    size, share = range(len(h)), lab.p*Rational(1, len(rows))
    L = [[lab.x*(h[k] + h[l])/2 - (1 - lab.p)*h[k]*h[l] for l in size] for k in size]
    A = [[share*sum(g[k]*f[k]*f[l]*g[l]/L[k][l] for k in size for l in size) for f in rows] for g in rows]
    return {top: eigenvalues(ball_matrix(A))[-1], least: min(map(min, A)),
            Lambda: largest_curvature([[g] for g in rows], lab.p)}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("a symmetric pair and an axis", gradients=[(1, half), (1, -half), (0, 1)], p=Each((1, half)),
             x=Each((Rational(17, 20), 1, Rational(11, 10), Rational(8, 5), 3)))
theorem.case("short", gradients=[(third, third), (third, -third)], p=third, x=Each((Rational(1, 10), Rational(7, 50), Rational(4, 25))))
theorem.case("two symmetric pairs", gradients=[(1, 2), (1, -2), (3, half), (-3, half)], p=Rational(1, 4),
             x=Each((5, 6, 7, 12)))
theorem.outside("below the pole", breaks=x > (1 - p)*lam, gradients=[(1, half), (1, -half), (0, 1)], p=Rational(1, 10), x=Rational(1, 2))
