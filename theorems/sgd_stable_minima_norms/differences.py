"""The Hessian of the loss at an interpolating point, by differences of the loss that are exact.

Along one parameter each network here is affine, and in two parameters affine in each, as long as
no neuron crosses its kink.  With r(s, t) the change of an output, r^2 then has the coefficient of
st that the mixed second derivative asks for and otherwise only terms that are even in s or in t.
"""

from fractions import Fraction

from sympy import Rational, sympify

from numerics.stable_networks import relu_gradients


def loss_hessian(output, point, inputs, h=Rational(1, 1024)):
    """Second derivatives of L(p) = sum_i (output(p, x_i) - output(point, x_i))^2/(2n) at `point`.

    output : function of (parameters, input), affine in each parameter within 2h of `point`
    Returns  list of rows of exact numbers; [L(++) - L(+-) - L(-+) + L(--)]/(4 h^2), and 2 L(+)/h^2 averaged over
             both signs on the diagonal, as L vanishes at `point`
    Error    none
    """
    entry = _second_difference(output, point, inputs, h)
    size = len(point)
    table = {(j, k): entry(j, k) for j in range(size) for k in range(j, size)}
    return [[table[min(j, k), max(j, k)] for k in range(size)] for j in range(size)]


def loss_trace(output, point, inputs, h=Rational(1, 1024)):
    """The trace of `loss_hessian`, without its other entries."""
    entry = _second_difference(output, point, inputs, h)
    return sum(entry(j, j) for j in range(len(point)))


def _second_difference(output, point, inputs, h):
    target = [output(point, x) for x in inputs]

    def loss(*moves):
        moved = list(point)
        for place, length in moves:
            moved[place] = moved[place] + length
        return sum((output(moved, x) - y)**2 for x, y in zip(inputs, target))/sympify(2*len(inputs))

    def entry(j, k):
        if j == k:
            return (loss((j, h)) + loss((j, -h)))/h**2
        return sum(s*t*loss((j, s*h), (k, t*h)) for s in (1, -1) for t in (1, -1))/(4*h**2)
    return entry


def diagonal_output(parameters, x):
    """sum_j a_j b_j x_j, the parameters being all a_j, then all b_j."""
    size = len(x)
    return sum(parameters[j]*parameters[size + j]*x[j] for j in range(size))


def relu_output(parameters, x, width, biased=False):
    """sum_j a_j relu(w_j . x + c_j), the parameters being all w_j, then all c_j if `biased`, then all a_j."""
    size = len(x)
    shifts = parameters[width*size:width*(size + 1)] if biased else (0,)*width
    signals = (sum(w*t for w, t in zip(parameters[j*size:(j + 1)*size], x)) + shifts[j] for j in range(width))
    return sum(slope*max(signal, 0) for slope, signal in zip(parameters[-width:], signals))


def relu_trace(weights, a, inputs, biases=None):
    """`loss_trace` of a two-layer ReLU network, in steps too short for any neuron to reach its kink.

    weights : m rows; a : m numbers; biases : m numbers, trained, or None.  Needs w_j . x_i + c_j != 0
    """
    shifts = biases or (0,)*len(a)
    nearest = min(abs(sum(w*t for w, t in zip(row, x)) + c) for row, c in zip(weights, shifts) for x in inputs)
    reach = 1 + max(abs(t) for x in inputs for t in x)
    point = (*(w for row in weights for w in row), *(biases or ()), *a)
    return loss_trace(lambda p, x: relu_output(p, x, len(a), biases is not None), point, inputs,
                      Rational(1, 4)*nearest/reach)


def relu_samples(weights, a, inputs, biases=None):
    """`relu_gradients` of SymPy or Python rationals, as Fractions.  Error: none"""
    rows = lambda table: [[_fraction(x) for x in row] for row in table]
    shifts = None if biases is None else [_fraction(x) for x in biases]
    return relu_gradients(rows(weights), [_fraction(x) for x in a], rows(inputs), shifts)


def _fraction(x):
    return Fraction(int(x.numerator), int(x.denominator))
