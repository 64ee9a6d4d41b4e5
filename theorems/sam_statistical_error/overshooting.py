"""Where SAM's bias is the larger one: the ascent step overshoots.

Statement.  One mode d > 0, step size eta > 0, radius rho > 0 and a signal theta != 0.  For every
number of steps k,

    bias of SAM > bias of gradient descent      exactly if      eta d (2 + rho d) > 2,

whether or not gradient descent itself overshoots (eta d < 1 is not needed).  So "SAM has the
lower bias" needs a condition; where eta d (1 + rho d) > 2 > eta d, SAM even diverges while
gradient descent converges.  Shown for every k.
"""

from sympy import Equivalent, Gt, Rational, symbols

from numerics.steps import descent, unnormalised_sam
from theorems import Each, Source, Theorem, nonnegative, positive, zero

bias_gd, bias_sam = symbols("bias_gd bias_sam", nonnegative=True)     # measured
d, eta, rho = symbols("d eta rho", positive=True)
theta = symbols("theta", positive=True)
k = symbols("k", integer=True, positive=True)
x, y, p, q = symbols("x y p q", nonnegative=True)              # two ordered numbers and their powers

theorem = Theorem("SAM's bias beyond the overshooting threshold",
                  source=Source("Behdin and Mazumder", arxiv="2302.11836", at="bias, condition made explicit"))

larger = theorem.claim(
    "SAM's bias is the larger one exactly beyond the threshold",
    Equivalent(Gt(bias_sam, bias_gd), Gt(eta*d*(2 + rho*d), 2)),
    false={
        "beyond the edge of positivity": Equivalent(Gt(bias_sam, bias_gd), Gt(eta*d*(1 + rho*d), 1)),
        "only where SAM diverges": Equivalent(Gt(bias_sam, bias_gd), Gt(eta*d*(1 + rho*d), 2)),
        "never": Equivalent(Gt(bias_sam, bias_gd), Gt(eta*d, 1)),
    },
)


@larger.proof
def by_squares_of_the_filters(claimed):
    """The bias is theta^2 (gamma^2)^k, so the squares of the filters decide; powers keep a strict order."""
    compared, region = sorted(claimed.args, key=lambda one: not one.has(bias_sam))
    yield zero((compared.gts - compared.lts).subs({bias_sam: theta**2*q**2, bias_gd: theta**2*p**2})
               - theta**2*(q**2 - p**2), "what is compared is theta^2 times squared powers, q of SAM's filter and p of GD's")
    gd, sam = 1 - eta*d, 1 - eta*d - eta*rho*d**2
    yield zero(sam**2 - gd**2 - eta*rho*d**2*(region.gts - region.lts), "difference of squares, a positive multiple of the gap")
    yield positive(eta*rho*d**2, "the multiple is positive")
    yield positive(x*p - y*q, "powers keep the order: if x > y >= 0 and p > q >= 0 then x p > y q", given=(x > y, p > q))
    yield nonnegative(x*p - y*q, "and equality", given=(x >= y, p >= q))


@larger.enclosure
def squared_bias(lab):
    """Run both methods on the mean label theta, loss d u^2/2 - d theta u, from 0."""
    gradient = lambda u: lab.d*(u - lab.theta)
    end = {bias_gd: lab.iterate(descent(gradient, lab.eta), 0*lab.theta, lab.k),
           bias_sam: lab.iterate(unnormalised_sam(gradient, lab.eta, lab.rho), 0*lab.theta, lab.k)}
    return {name: (u - lab.theta)**2 for name, u in end.items()}


fifth = Rational(1, 5)
theorem.case("beyond", d=1, eta=4*fifth, rho=Rational(7, 10), theta=3, k=Each((1, 2, 5)))
theorem.case("on the threshold", d=1, eta=4*fifth, rho=Rational(1, 2), theta=3, k=Each((1, 2, 3)))
theorem.case("just below", d=1, eta=4*fifth, rho=Rational(49, 100), theta=3, k=Each((1, 4)))
theorem.case("SAM diverges", d=2, eta=Rational(2, 5), rho=1, theta=Rational(1, 2), k=Each((1, 3)))
theorem.case("far below", d=Rational(1, 3), eta=1, rho=3, theta=Rational(7, 3), k=Each((1, 2)))
theorem.case("stiff and below", d=30, eta=Rational(1, 40), rho=Rational(1, 46), theta=1, k=Each((1, 2)))
theorem.case("stiff and beyond", d=30, eta=Rational(1, 40), rho=Rational(1, 44), theta=1, k=Each((1, 2)))
theorem.case("gradient descent overshoots too", d=1, eta=Rational(3, 2), rho=Rational(1, 10), theta=1, k=Each((1, 2)))
theorem.case("gradient descent diverges", d=1, eta=Rational(5, 2), rho=Rational(1, 10), theta=1, k=1)
