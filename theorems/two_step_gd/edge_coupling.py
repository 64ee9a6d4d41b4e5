"""Cycles of length two are critical points of a coupling of two copies of the loss, with the same determinant.

Statement.  For a loss f in n dimensions and eta > 0 let

    C(x, y) = f(x) + f(y) - |x - y|^2/(2 eta),     F(x) = x - eta grad f(x).

Then F(x) - y = -eta grad_x C and F(y) - x = -eta grad_y C: the critical points of C are exactly the fixed points
and the 2-cycles of F.  At all x, y, det Hess C = eta^(-2n) det(DF(x) DF(y) - I): a cycle is a nondegenerate critical
point exactly if 1 is not among its multipliers.
"""

from sympy import Eq, Matrix, Rational, diff, hessian, symbols

from numerics.steps import descent
from theorems import Source, Theorem, cited, zero

newton, forth, back = symbols("newton forth back")              # measured: det(DF(x) DF(y) - I); F(x) - y, F(y) - x
eta, n = symbols("eta n", positive=True)
coupled, slope, other = symbols("coupled slope other", real=True)       # det Hess C; first entries of its gradients
x, y, z, u, v, w = symbols("x y z u v w", real=True)

theorem = Theorem(
    "edge coupling of two-step cycles",
    source=Source("derived here; a functional of that name is in", arxiv="2604.20446", at="abstract"),
)


def coupling(case):
    """C in the 2n variables, and these: as many as the points have coordinates."""
    n = len(case.first)
    ours, theirs = (x, y, z)[:n], (u, v, w)[:n]
    gap = sum((p - q)**2 for p, q in zip(ours, theirs))
    return case.loss + case.loss.subs(dict(zip(ours, theirs))) - gap/(2*case.step_size), ours, theirs


@theorem.data
def derivatives(case):
    """Gradient and Hessian of C at the two points."""
    C, ours, theirs = coupling(case)
    at = dict(zip([*ours, *theirs], [*case.first, *case.second]))
    return {eta: case.step_size, n: len(ours), coupled: hessian(C, [*ours, *theirs]).subs(at).det(),
            slope: diff(C, ours[0]).subs(at), other: diff(C, theirs[0]).subs(at)}


determinant = theorem.claim(
    "gradient and determinant of the coupling",
    (Eq(newton, eta**(2*n)*coupled), Eq(forth, -eta*slope), Eq(back, -eta*other)),
    false={
        "one power of the step size per dimension": (Eq(newton, eta**n*coupled), Eq(forth, -eta*slope),
                                                     Eq(back, -eta*other)),
        "of the other sign": (Eq(newton, -eta**(2*n)*coupled), Eq(forth, -eta*slope), Eq(back, -eta*other)),
        "ascent": (Eq(newton, eta**(2*n)*coupled), Eq(forth, eta*slope), Eq(back, -eta*other)),
    },
)


@determinant.proof(scope="every n and every twice differentiable loss")
def by_a_block_column_operation(multiplies, steps, returns):
    """eta Hess C has the blocks -P, I over I, -Q with P = DF(x), Q = DF(y).  Adding the second block column times P
    to the first leaves 0, I over I - QP, -Q, of determinant (-1)^n det(I - QP) = det(QP - I) = det(PQ - I).
    """
    yield cited("det(I + XY) = det(I + YX)")
    A, P, Q = symbols("A P Q", commutative=False)
    h, X, Y, g = symbols("h X Y g", real=True)
    yield zero(-(1 - h*A) + 1 - h*A, "eta (A - I/eta) = -(I - eta A) = -P")
    yield zero(-P + 1*P, "upper left block after the operation")
    yield zero(1 - Q*P - (1 + (-Q)*P), "lower left block after the operation")
    yield zero(multiplies.rhs - eta**(2*n)*coupled, "2n rows, each multiplied by eta")
    gradient = g - (X - Y)/eta                                  # of C by x; by y with X and Y interchanged
    yield zero((X - eta*g - Y) - steps.rhs.subs(slope, gradient), "a step from x misses y by the gradient")
    yield zero((X - eta*g - Y) - returns.rhs.subs(other, gradient), "a step from y misses x by the gradient")


@determinant.enclosure
def one_symbolic_step(lab):
    """One step from symbols; its Jacobian at both points, and where it leads."""
    _, ours, _ = coupling(lab)
    step = descent(lambda *point: [diff(lab.loss, one).subs(list(zip(ours, point)), simultaneous=True)
                                   for one in ours], lab.step_size)
    moved = Matrix(lab.iterate(step, ours, 1))
    first, second = (dict(zip(ours, point)) for point in (lab.first, lab.second))
    slopes = [moved.jacobian(ours).subs(at) for at in (first, second)]
    return {newton: (slopes[0]*slopes[1] - Matrix.eye(len(ours))).det(),
            forth: moved[0].subs(first) - lab.second[0], back: moved[0].subs(second) - lab.first[0]}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("one parameter", loss=x**2 + x**3, step_size=half, first=(1,), second=(0,))
theorem.case("cycle of the quartic", loss=(x**2 - 4)**2/4, step_size=Rational(361, 1344),
             first=(Rational(42, 19),), second=(Rational(32, 19),))
theorem.case("two parameters", loss=3*x**2/2 + y**2/2 + x**3/3 + 2*x**2*y/5 + x*y**3/7, step_size=third,
             first=(half, -third), second=(-half, Rational(1, 5)))
theorem.case("three parameters", loss=x**2 + x*y*z + 3*y**2/2 + z**4 - x**3*y/3, step_size=Rational(3, 2),
             first=(half, -third, 1), second=(-1, Rational(1, 5), half))
