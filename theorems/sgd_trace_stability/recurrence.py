"""E|x_t|^2 of SGD obeys a linear recurrence, and may fall for many steps before it grows.

Statement.  Two parameters, samples with Hessians X_i^T X_i, one drawn in each step of size eta, starts with
E x_0 x_0^T proportional to I, m_t = E|x_t|^2/E|x_0|^2 over all sequences.  With T the average of
(I - eta H_i) S (I - eta H_i) on the three entries of symmetric S,

    m_(t+3) = trace(T) m_(t+2) - minors(T) m_(t+1) + det(T) m_t,

minors the sum of the principal ones of size 2.  For g = (1, 1/2), (-1/3, 2), (1/2, 1/4) and eta = 1/2 all 3^6
sequences give 1, 0.828, 0.728, 0.666, ..., 0.588: falling in each of the first six steps, yet T's largest
eigenvalue is 1.0053, and E|x_t|^2 grows without bound.  A run that falls shows no stability, and a mean over
few paths does not show growth.  The recurrence is proved for all samples and times.
"""

from sympy import Eq, Matrix, Rational, expand, symbols

from numerics.stability import growth as growth_of
from numerics.steps import descent
from theorems import Each, Source, Theorem, cited, zero
from theorems.sgd_trace_stability.samples import dot, gradient, numbers

now, one, two, three = symbols("now one two three", nonnegative=True)  # measured: m_t, ..., m_(t+3)
ratio, growth = symbols("ratio growth", nonnegative=True)      # measured: largest m_(t+1)/m_t; top of T
trace, minors, det = symbols("trace minors det", real=True)    # of T

theorem = Theorem("the recurrence of SGD's mean square",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 3, followed step by step"))


@theorem.data
def coefficients(case):
    """T on (S_11, S_12, S_22), from its definition."""
    H = [Matrix(rows).T*Matrix(rows) for rows in case.samples]
    steps = [Matrix([[1, 0], [0, 1]]) - case.eta*K for K in H]
    basis = [Matrix([[1, 0], [0, 0]]), Matrix([[0, 1], [1, 0]]), Matrix([[0, 0], [0, 1]])]
    images = [sum((P*S*P for P in steps), 0*S)/len(steps) for S in basis]
    T = Matrix([[S[0, 0] for S in images], [S[0, 1] for S in images], [S[1, 1] for S in images]])
    return {trace: T.trace(), minors: (T.trace()**2 - (T*T).trace())/2, det: T.det()}


recurs = theorem.claim(
    "the recurrence of the second-moment operator's characteristic polynomial",
    Eq(three, trace*two - minors*one + det*now),
    false={
        "without the oldest": Eq(three, trace*two - minors*one),
        "geometric": Eq(three*one, two**2),
    },
)


@recurs.proof
def by_cayley_and_hamilton(claimed):
    """m_t = <I, T^t I>/2 is linear in T^t, and T^3 - trace T^2 + minors T - det vanishes, entry by entry."""
    yield cited("m_t = <I, T^t I>/<I, I>: batches are independent over time, and T moves the second moment")
    T = Matrix(3, 3, symbols("t1:10", real=True))
    known = {trace: T.trace(), minors: expand((T.trace()**2 - (T*T).trace())/2), det: T.det()}
    u, v = Matrix(3, 1, symbols("u1:4", real=True)), Matrix(1, 3, symbols("v1:4", real=True))
    path = [(v*T**k*u)[0] for k in range(4)]
    at = {**known, **dict(zip((now, one, two, three), path))}
    yield zero((claimed.lhs - claimed.rhs).subs(at, simultaneous=True), "for every start u of T^t I and every v, here I")


@recurs.enclosure
def along_all_sequences(lab):
    """Run SGD from both unit vectors along every sequence of t + 3 samples."""
    squares = mean_squares(lab, lab.time + 3)
    return dict(zip((now, one, two, three), squares[lab.time:]))


def mean_squares(lab, time):
    """The mean of |x_t|^2 over all sequences and both unit vectors, t = 0, ..., time."""
    samples, eta = numbers(lab.samples), numbers(lab.eta)
    steps = [descent(gradient(samples, (i,)), eta) for i in range(len(samples))]
    points, found = [(1 + 0*eta, 0*eta), (0*eta, 1 + 0*eta)], [1 + 0*eta]
    for _ in range(time):
        points = [lab.iterate(step, x, 1) for x in points for step in steps]
        found = [*found, sum(dot(x, x) for x in points)/len(points)]
    return found


falls = theorem.claim(
    "it falls for six steps where it grows in the end",
    (ratio < 1, growth > 1),
    false={
        "what falls is stable": (ratio < 1, growth <= 1),
        "what grows never falls": (ratio >= 1, growth > 1),
    },
)


@falls.enclosure
def over_six_steps(lab):
    """The largest ratio of neighbours among m_0, ..., m_6; the top eigenvalue of T."""
    squares = mean_squares(lab, 6)
    return {ratio: max(after/before for before, after in zip(squares, squares[1:])), growth: growth_of(lab.samples, lab.eta)}


half, third = Rational(1, 2), Rational(1, 3)
worked = [[(1, half)], [(-third, 2)], [(half, half/2)]]
recurs.case("the worked instance", samples=worked, eta=half, time=Each((0, 2)))
recurs.case("two axes", samples=[[(2, 0)], [(0, 1)]], eta=third, time=Each((0, 1, 3)))
recurs.case("two outputs", samples=[[(1, 0), (1, half)], [(0, 1), (half, -third)]], eta=1, time=1)
falls.case("the worked instance", samples=worked, eta=half)
