"""With trained biases the sharpness of a ReLU network bounds its labels, not its norm.

Statement.  f = sum_j a_j relu(w_j . x + c_j), all of w, c and a trained, no input on a kink, y_i = f(x_i),
k_i = sqrt(1 + |x_i|^2).  For all data and widths

    tr H = (2/n) sum_i k_i |y_i| + (1/n) sum_i sum_active j (s_ij - k_i |a_j|)^2 + (2/n) sum_i k_i (sum_active |a_j| s_ij - |y_i|),

s_ij the pre-activations.  Both rests are nonnegative: tr H >= (2/n) sum_i k_i |y_i|, with equality
exactly if on each sample all active neurons have the label's sign and s_ij = k_i |a_j|.  The bound knows
the labels only, so a network that memorises can attain it (see `memorising`).  The constant is
sqrt(1 + |x|^2), not |x|: the bias counts as one more input.  Shown for every width, n and dimension.
"""

from sympy import Abs, Eq, Ge, Gt, Rational, sqrt, symbols

from numerics.stable_networks import preactivations
from theorems import Source, Theorem, nonnegative, zero
from theorems.sgd_stable_minima_norms.differences import relu_trace

trace = symbols("trace", nonnegative=True)                     # measured
labels, rest, waste = symbols("labels rest waste", nonnegative=True)       # means of k |y|, (s - k |a|)^2, k (sum |a| s - |y|)
nearest = symbols("nearest", nonnegative=True)                 # least |pre-activation|
s, p, k = symbols("s p k", nonnegative=True)                   # an active neuron's pre-activation, |a|, k of the sample
y, z = symbols("y z", real=True)                               # contributions a s of two active neurons

theorem = Theorem("sharpness of ReLU networks with bias", assumes=(Gt(nearest, 0),),
                  source=Source("Wen, Li and Ma", arxiv="2307.11007", at="Theorem 4.1, re-derived with explicit constant"))


@theorem.data
def network(case):
    share = 1/Rational(len(case.inputs))
    found = {labels: 0, rest: 0, waste: 0}
    every = []
    for x in case.inputs:
        signals = preactivations(case.weights, x, case.biases)
        active = [(t, slope) for t, slope in zip(signals, case.a) if t > 0]
        bound = sqrt(1 + sum(t**2 for t in x))
        label = abs(sum(t*slope for t, slope in active))
        found = {labels: found[labels] + share*bound*label,
                 rest: found[rest] + share*sum((t - bound*abs(slope))**2 for t, slope in active),
                 waste: found[waste] + share*bound*(sum(t*abs(slope) for t, slope in active) - label)}
        every = every + [abs(t) for t in signals]
    return {**found, nearest: min(every)}


value = theorem.claim(
    "trace of the Hessian by labels and two nonnegative rests",
    Eq(trace, 2*labels + rest + 2*waste),
    false={
        "the labels alone": Eq(trace, 2*labels),
        "cancelling neurons for free": Eq(trace, 2*labels + rest),
        "the loss without its half": Eq(trace, 4*labels + 2*rest + 4*waste),
    },
)
bound = theorem.claim(
    "the trace is at least a weighted mean of the labels, or of the neurons' contributions",
    (Ge(trace, 2*labels), Ge(trace, 2*labels + 2*waste)),
    false={
        "three times": (Ge(trace, 3*labels), Ge(trace, 2*labels + 2*waste)),
        "waste counts twice": (Ge(trace, 2*labels), Ge(trace, 2*labels + 4*waste)),
    },
)


@value.proof
def by_completing_the_square(claimed):
    """|g_i|^2 sums s^2 + a^2 |x|^2 + a^2 = s^2 + a^2 k^2 over the active neurons; the label sums a s."""
    one, other = s**2 + p**2*k**2, symbols("e", nonnegative=True)
    yield zero(one - claimed.rhs.subs({labels: other, rest: (s - k*p)**2, waste: k*p*s - other}),
               "one active neuron, its part of the label being e/k")
    yield zero((Abs(y) + Abs(z))**2 - (y + z)**2 - 2*(Abs(y*z) - y*z), "the waste: (|y| + |z|)^2 against (y + z)^2")
    yield nonnegative(Abs(y) - y, "so it is nonnegative, whatever the sign of the product")


@bound.proof
def by_dropping_the_rests(first, second):
    """`value`, whose rests are nonnegative."""
    yield zero(s**2 + p**2*k**2 - 2*k*p*s - (s - k*p)**2, "the rest of one active neuron is a square")
    for claimed in (first, second):
        yield nonnegative((claimed.gts - claimed.lts).subs(trace, 2*labels + rest + 2*waste), "what is left is nonnegative")


@value.enclosure
def from_the_loss(lab):
    """The loss's own second differences."""
    return relu_trace(lab.weights, lab.a, lab.inputs, lab.biases)


bound.enclosure(from_the_loss)
half, third = Rational(1, 2), Rational(1, 3)
theorem.case("one neuron a sample", inputs=((1, 1, 1), (-1, 1, -1)), weights=((2, 2, 2), (-2, 2, -2)), biases=(-4, -4), a=(1, -1))
theorem.case("cancelling neurons", inputs=((1,), (-2,)), weights=((1,), (2,), (-1,)), biases=(half, 1, third), a=(1, -half, 2))
theorem.case("irrational bound", inputs=((1, 0), (0, 1), (-1, -2)), weights=((1, half), (-1, third)), biases=(third, -half), a=(-2, 1))
theorem.case("far inputs, faint slopes", inputs=((3, 4), (-4, 3)), weights=((third, 1), (1, -third)),
             biases=(half, third), a=(third, -half))
theorem.case("short and balanced", inputs=((Rational(3, 4),), (-Rational(3, 4),)), weights=((Rational(1, 2),),), biases=(Rational(1, 4),),
             a=(half,))
bound.case("no slope at all, far from the kink", inputs=((1,), (3,)), weights=((2,),), biases=(1,), a=(Rational(1, 50),))
bound.case("balanced, with a far inactive neuron", inputs=((Rational(3, 4),), (-Rational(3, 4),)), weights=((third,), (0,)),
           biases=(Rational(1, 6), -5), a=(third, 1))
bound.case("cancelling and balanced", inputs=((0,),), weights=((1,), (2,)), biases=(1, 1), a=(1, -1))
bound.case("faint and balanced", inputs=((0,),), weights=((1,),), biases=(half,), a=(half,))
