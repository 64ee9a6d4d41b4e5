"""Where the radius of SAM matters against the step size: the next term of its drift is of order rho^2/eta.

Setting as in `flow`, eigenvalues l1 > l2, l3, ... in the normal directions; k0 = T[v1, v1, v1],
k_j = T[v1, v1, v_j] and g_j = T[v1, v_j, grad J], g1 too, with the third derivatives T of L, for a J that gradient
flow conserves.

Statement.  At fixed eta the drift of J per step and eta rho^2 is D + C rho^2 + ..., D that of `flow`, and

    D -> -g1/2,   eta C -> sum over j > 1 of g_j k0 k_j/(2 l_j (l1^2 - l_j^2))          as eta -> 0.

So over a horizon the error of the flow at fixed eta is of the order rho^2/eta, and some bound on rho/eta
is needed for the published rate O(eta ln(1/rho)): `large_radius`, with rho/eta up to 80.  The term vanishes
under a reflection of v1 (k0 = 0) and where v1 does not turn (all g_j = 0): examples with such symmetry do
not show it.  Each weaker mode adds its own term; two of them are written out.
"""

from functools import lru_cache

from sympy import Eq, Rational, diff, exp, symbols

from numerics.balls import ball
from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.flow import drift_after
from theorems.sam_implicit_regularizer.valleys import VARIABLES, u, x, y, z

drift, growth = symbols("drift growth", real=True)             # measured: D, and eta C
l1, l2, l3, l, eta, rho = symbols("l1 l2 l3 l eta rho", positive=True)     # l of any weaker mode
k0, k2, k3, k, g1, g2, g3, g = symbols("k0 k2 k3 k g1 g2 g3 g", real=True)
e, c = symbols("e c", real=True)                               # the orbit's centre over its amplitude; push along v_j

theorem = Theorem("the next term of SAM's drift",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, smallness of rho/eta"),
                  assumes=(l2 < l1, l3 < l1))


@theorem.data
def jet(case):
    """The loss is diagonal at the origin and grad J is along z there.  A mode that is absent adds nothing, whatever its l."""
    order = {l1: (x, x), l2: (y, y), l3: (u, u), k0: (x, x, x), k2: (x, x, y), k3: (x, x, u),
             g1: (x, x, z), g2: (x, y, z), g3: (x, u, z)}
    found = {symbol: at_origin(case.loss, by) for symbol, by in order.items()}
    return found if found[l3] else {**found, l3: found[l2]}


@lru_cache(maxsize=None)
def at_origin(loss, by):
    """A derivative at the origin; the variables that it does not concern are put to 0 first."""
    within = loss.subs(dict.fromkeys(set(VARIABLES) - set(by), 0))
    return diff(within, *by, simplify=False).subs(dict.fromkeys(by, 0))


next_term = theorem.claim(
    "leading term of the drift, and coefficient of rho^2/eta in it",
    (Eq(drift, -g1/2), Eq(growth, k0*(g2*k2/(l2*(l1**2 - l2**2)) + g3*k3/(l3*(l1**2 - l3**2)))/2)),
    false={
        "none, as under symmetry": (Eq(drift, -g1/2), Eq(growth, 0*l1)),
        "one weaker mode alone": (Eq(drift, -g1/2), Eq(growth, k0*g2*k2/(2*l2*(l1**2 - l2**2)))),
        "without the alternation along the weaker modes": (Eq(drift, -g1/2), Eq(growth, k0*(g2*k2/l2 + g3*k3/l3)/(2*l1**2))),
        "the other sign": (Eq(drift, -g1/2), Eq(growth, -k0*(g2*k2/(l2*(l1**2 - l2**2)) + g3*k3/(l3*(l1**2 - l3**2)))/2)),
    },
)


@next_term.proof(scope="leading order in rho and rho/eta, every number of normal directions, mode by mode")
def by_the_tilt_of_the_two_phases(leading, following):
    """The orbit is +-a v1 + a e v1 + y v_j with a = eta rho l1/2 and e a = -rho^2 k0/(2 l1); c = eta k rho^2/2.

    The drift itself is that of the ascended points, at rho v1 for small eta.  The gradient is tilted by
    theta = l y/(l1 a (1 +- e)) towards v_j; in a step y -> y - eta l rho theta - c.  The drift's cross
    term is -eta g rho^2 (+-theta); its mean is what the phases differ by.  At this order the modes j do
    not act on each other, and their terms add up.
    """
    t = l/l1
    first, second = 2*t**2/(1 + e), 2*t**2/(1 - e)             # eta l rho theta/y in both phases
    amplitude = eta*rho*l1/2
    apart = (-1 < e, e < 1, l < l1)
    yield zero(eta*l*rho*l/(l1*amplitude*(1 + e)) - first, "the tilt's pull", apart)
    whole = first + second - first*second
    one, other = -c*(2 - second)/whole, -c*(2 - first)/whole
    yield zero((1 - first)*one - c - other, "from the first phase to the second", apart)
    yield zero((1 - second)*other - c - one, "and back", apart)
    tilts = (first*one - second*other)/(eta*l*rho)
    yield zero(tilts - 2*c*e/(eta*l*rho*(1 - t**2)), "what the tilts differ by", apart)
    mean = -eta*g*rho**2*(2*c*e/(eta*l*rho*(1 - t**2)))/2
    own = mean.subs({e: -rho**2*k0/(2*l1)/amplitude, c: eta*k*rho**2/2})
    both = sum(own.subs({l: a, k: b, g: d}) for a, b, d in ((l2, k2, g2), (l3, k3, g3)))
    yield zero(both - eta*rho**2*following.rhs*rho**2/eta, "the drift's term of order rho^2/eta")
    yield zero(-eta*g1*rho**2/2 - eta*rho**2*leading.rhs, "and the leading one")


@next_term.observation(small=eta, tied={rho: eta**2/8}, order=1, first=Rational(1, 8), halvings=4)
def by_two_radii(lab, eta, rho):
    """The drifts at rho and rho/2 differ by 3 C rho^2/4."""
    settling = int(6/eta)
    one, other = drift_after(lab, eta, rho, settling), drift_after(lab, eta, rho/2, settling)
    return {drift: other, growth: 4*(one - other)*ball(eta)/(3*ball(rho)**2)}


half, third = Rational(1, 2), Rational(1, 3)
grown, shrunk = exp(z/2), exp(-z/2)                            # w = e^(z G/2) (x, y, u), G = I - 2 n n' for a unit n


def turned(*unit):
    """w and the J that gradient flow on V(w) conserves, for the normal directions x, y, ... and any V."""
    modes = (x, y, u)[:len(unit)]
    along = sum(part*mode for part, mode in zip(unit, modes))
    kept = z - (sum(mode**2 for mode in modes) - 2*along**2)/4
    return *(grown*mode + (shrunk - grown)*along*part for part, mode in zip(unit, modes)), kept


w1, w2, w3, all_three = turned(2*third, third, 2*third)
theorem.case("two weaker modes", loss=(3*w1**2 + 2*w2**2 + 4*w3**2/3 + w1**3/2 + w1**2*w2 + 3*w1**2*w3/2)/2, conserved=all_three,
             at=(0, 0, 0*half, 0), off=(half, third, 0, 1))
w1, w2, both = turned(Rational(3, 5), Rational(4, 5))
theorem.case("one weaker mode", loss=(3*w1**2 + 2*w2**2 + w1**3/3 + w1**2*w2 + w2**3/3)/2, conserved=both, at=(0, 0, 0*half),
             off=(half, third, 0))
