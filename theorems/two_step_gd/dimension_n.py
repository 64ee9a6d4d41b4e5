"""Two-step cycles in any dimension: they lie beyond the edge when 3 T.H^-1 T > D^4 f[w,w,w,w].

Statement.  Let f have four continuous derivatives near a critical point in n dimensions, H its positive
definite Hessian there with a simple top eigenvalue lambda and unit eigenvector w, T = D^3 f[w,w,.] and
Q = D^4 f[w,w,w,w].  For every small s there is one 2-cycle of x - eta grad f(x) with eta near 2/lambda
and half-width s along w; as s -> 0,

    (eta - 2/lambda)/s^2 -> (3 T.H^-1 T - Q)/(3 lambda^2),   (Lambda - 1)/(eta - 2/lambda) -> -4 lambda

for its multiplier Lambda nearest to 1: beyond the edge, and critical multiplier below 1, exactly for
3 T.H^-1 T > Q.  The other eigenvectors enter by T.H^-1 T alone, each by T_i^2/h_i.
"""

from sympy import Eq, Matrix, Rational, diff, lambdify, symbols

from mpmath import mp

from numerics.cycles import critical_multiplier, two_cycle, two_step_jacobian
from theorems import Source, Theorem, cited, zero

excess, rate = symbols("excess rate")                           # measured: (eta - 2/lambda)/s^2; slope of Lambda
top, weight, Q, s = symbols("lambda weight Q s", real=True)     # weight = T.H^-1 T
T1, Ti, hi = symbols("T1 Ti hi", real=True)                     # T along w; T and H along another eigenvector
x, y, z = symbols("x y z", real=True)

theorem = Theorem(
    "two-step cycles at a minimiser in n dimensions",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 1 of the ICLR 2023 submission, in n dimensions"),
    assumes=(top > 0,),
)


@theorem.data
def tensors(case):
    """H, T and Q at the origin, along the given unit eigenvector w."""
    variables = (x, y, z)[:len(case.w)]
    at = {one: 0 for one in variables}
    H = Matrix([[diff(case.loss, p, q).subs(at) for q in variables] for p in variables])
    w = Matrix(case.w)
    if not (H*w - case.top*w).is_zero_matrix or (w.T*w)[0] != 1:
        raise ValueError(f"w = {case.w} is no unit eigenvector of H for {case.top}")
    along = lambda expression: sum(diff(expression, p)*q for p, q in zip(variables, case.w))
    second = along(along(case.loss))
    T = Matrix([diff(second, p).subs(at) for p in variables])
    return {top: case.top, weight: (T.T*H.inv()*T)[0], Q: along(along(second)).subs(at)}


bifurcation = theorem.claim(
    "excess step size per squared half-width, and the critical multiplier per excess",
    (Eq(excess, (3*weight - Q)/(3*top**2)), Eq(rate, -4*top)),
    false={
        "without the other directions": (Eq(excess, -Q/(3*top**2)), Eq(rate, -4*top)),
        "2 T.H^-1 T": (Eq(excess, (2*weight - Q)/(3*top**2)), Eq(rate, -4*top)),
        "half the slope": (Eq(excess, (3*weight - Q)/(3*top**2)), Eq(rate, -2*top)),
    },
)


@bifurcation.proof(scope="every n and every loss with four continuous derivatives, H > 0 and a simple top eigenvalue")
def in_the_eigenbasis_of_the_hessian(exceeds, rates):
    """With half-width s w + O(s^3) and midpoint s^2 M: H M + T/2 = 0 at order s^2, and along w at order s^3
    T.M + Q/6 = (2/eta)_2.  The multiplier by second-order perturbation of D F(u) D F(v) about its eigenvector
    w: order s^2 is 2 lambda eta_2 + 2 eta w.C w - eta^2 |T|^2 plus a sum over the other eigenvectors i, where
    C = D^3 f[M] + D^4 f[w,w]/2, and for i the left and right first-order terms are -+eta (2 - eta h_i) T_i.
    """
    yield cited("the implicit function theorem; perturbation of a simple eigenvalue to second order")
    Mi, eta = -Ti/(2*hi), 2/top
    yield zero(hi*Mi + Ti/2, "the midpoint along each eigenvector", given=hi > 0)
    yield zero(Ti*Mi + Ti**2/hi/2, "so T.M is the sum of -T_i^2/(2 h_i)", given=hi > 0)
    chord = -weight/2 + Q/6
    yield zero(-(2/top**2)*chord - exceeds.rhs, "eta = 2/(lambda + (T.M + Q/6) s^2 + ...)")
    left, right, gap = -eta*(2 - eta*hi)*Ti, eta*(2 - eta*hi)*Ti, 1 - (1 - eta*hi)**2
    inside = (hi > 0, hi < top)
    other = left*right/gap
    yield zero(other + 2*eta*Ti**2/hi - eta**2*Ti**2, "each other eigenvector's share", given=inside)
    yield zero(-eta**2*T1**2 + 2*eta*T1**2/top, "w has none, and the formula for i gives none either")
    # -eta^2 |T|^2 + sum over i != w of (eta^2 T_i^2 - 2 eta T_i^2/h_i) = -2 eta weight, by the last two goals
    order_two = 2*top*exceeds.rhs + 2*eta*(-weight/2 + Q/2) - 2*eta*weight
    yield zero(order_two - rates.rhs*exceeds.rhs, "the multiplier per squared half-width")


@bifurcation.observation(small=s, order=2, then=2)
def small_cycle(lab, s):
    """Find the cycle of half-width s along w by steps alone, and difference two steps round it."""
    variables = (x, y, z)[:len(lab.w)]
    gradient = lambdify(variables, [diff(lab.loss, one) for one in variables], "mpmath")
    edge = mp.mpf(2)/lab.top
    u, v, eta = two_cycle(lab.iterate, gradient, (mp.zero,)*len(lab.w), lab.w, s, edge)
    multiplier = critical_multiplier(two_step_jacobian(lab.iterate, gradient, u, eta))
    return {excess: (eta - edge)/s**2, rate: (multiplier - 1)/(eta - edge)}


theorem.case("two parameters", w=(1, 0), top=3,
             loss=3*x**2/2 + y**2/2 + x**3/3 + 2*x**2*y/5 + x*y**2/7 + x**4/11 + x**3*y/5)
theorem.case("tilted", w=(Rational(3, 5), Rational(4, 5)), top=2,
             loss=(3*x + 4*y)**2/25 + (4*x - 3*y)**2/40 + x**3/5 - x*y**2/4 + x**2*y**2/3 - y**4/9)
theorem.case("three parameters", w=(0, 0, 1), top=5,
             loss=x**2 + x*y + 3*y**2/2 + 5*z**2/2 + z**2*(x - 2*y/3 + z/2) + x*y*z + z**4/2 - z**3*x/3)
