"""Where the radius of SAM matters against the step size: the next term of its drift is of order rho^2/eta.

Setting as in `flow` with two normal directions, eigenvalues l1 > l2; k0 = T[v1, v1, v1], k1 = T[v1, v1, v2] and
gamma = T[v1, v2, grad J] with the third derivatives T of L, for a J that gradient flow conserves.

Statement.  At fixed eta the drift of J per step and eta rho^2 is D + C rho^2 + ..., D that of `flow`, and

    eta C -> gamma k0 k1/(2 l2 (l1^2 - l2^2))          as eta -> 0.

So over a horizon the error of the flow at fixed eta is of the order rho^2/eta, and some bound on rho/eta
is needed for the published rate O(eta ln(1/rho)).  The term vanishes under a reflection of v1 (k0 = 0)
and where eigenvectors do not turn (gamma = 0): examples with such symmetry do not show it.
"""

from sympy import Eq, Rational, diff, exp, symbols

from numerics.balls import ball
from numerics.steps import sam
from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.flow import drift_after
from theorems.sam_implicit_regularizer.valleys import VARIABLES, x, y, z

growth = symbols("growth", real=True)                          # measured: eta C
l1, l2, eta, rho = symbols("l1 l2 eta rho", positive=True)
k0, k1, gamma = symbols("k0 k1 gamma", real=True)
e, c = symbols("e c", real=True)                               # the orbit's centre over its amplitude; push along v2

theorem = Theorem("the next term of SAM's drift",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, smallness of rho/eta"),
                  assumes=(l2 < l1,))


@theorem.data
def jet(case):
    """The loss is diagonal at the origin and grad J is along z there."""
    at = dict.fromkeys(VARIABLES, 0)
    order = {l1: (x, x), l2: (y, y), k0: (x, x, x), k1: (x, x, y), gamma: (x, y, z)}
    return {symbol: diff(case.loss, *by).subs(at) for symbol, by in order.items()}


next_term = theorem.claim(
    "coefficient of rho^2/eta in the drift",
    Eq(growth, gamma*k0*k1/(2*l2*(l1**2 - l2**2))),
    false={
        "none, as under symmetry": Eq(growth, 0*l1),
        "without the alternation along v2": Eq(growth, gamma*k0*k1/(2*l2*l1**2)),
        "the other sign": Eq(growth, -gamma*k0*k1/(2*l2*(l1**2 - l2**2))),
    },
)


@next_term.proof(scope="leading order in rho and rho/eta, two normal directions")
def by_the_tilt_of_the_two_phases(claimed):
    """The orbit is +-a v1 + a e v1 + y v2 with a = eta rho l1/2 and e a = -rho^2 k0/(2 l1); c = eta k1 rho^2/2.

    The gradient is tilted by theta = l2 y/(l1 a (1 +- e)) towards v2; in a step y -> y - eta l2 rho theta - c.
    The drift's cross term is -eta gamma rho^2 (+-theta); its mean is what the phases differ by.
    """
    t = l2/l1
    first, second = 2*t**2/(1 + e), 2*t**2/(1 - e)             # eta l2 rho theta/y in both phases
    amplitude = eta*rho*l1/2
    yield zero(eta*l2*rho*l2/(l1*amplitude*(1 + e)) - first, "the tilt's pull")
    whole = first + second - first*second
    one, other = -c*(2 - second)/whole, -c*(2 - first)/whole
    apart = (-1 < e, e < 1)
    yield zero((1 - first)*one - c - other, "from the first phase to the second", apart)
    yield zero((1 - second)*other - c - one, "and back", apart)
    tilts = (first*one - second*other)/(eta*l2*rho)
    yield zero(tilts - 2*c*e/(eta*l2*rho*(1 - t**2)), "what the tilts differ by", apart)
    mean = -eta*gamma*rho**2*(2*c*e/(eta*l2*rho*(1 - t**2)))/2
    put = {e: -rho**2*k0/(2*l1)/amplitude, c: eta*k1*rho**2/2}
    yield zero(mean.subs(put) - eta*rho**2*claimed.rhs*rho**2/eta, "the drift's term of order rho^2/eta")


@next_term.observation(small=eta, tied={rho: eta**2/8}, order=1, first=Rational(1, 8), halvings=5)
def by_two_radii(lab, eta, rho):
    """The drifts at rho and rho/2 differ by 3 C rho^2/4."""
    settling = int(6/eta)
    change = drift_after(lab, eta, rho, settling) - drift_after(lab, eta, rho/2, settling)
    return 4*change*ball(eta)/(3*ball(rho)**2)


half, third = Rational(1, 2), Rational(1, 3)
grown, shrunk = exp(z/2), exp(-z/2)
w1, w2 = (grown*(x + y) + shrunk*(x - y))/2, (grown*(x + y) - shrunk*(x - y))/2
theorem.case("both bent", loss=(5*w1**2 + 2*w2**2 - w1**3/2 + 3*w1**2*w2 + w2**3/3)/2, kept=z - x*y/2, at=(0, 0, 0*half),
             off=(half, third, 0))
theorem.case("another scale", loss=(7*w1**2 + 3*w2**2 + w1**3 + 2*w1**2*w2)/2, kept=z - x*y/2, at=(0, 0, 0*half), off=(half, third, 0))
