"""Two small networks whose stability is a norm of the parameters: diagonal linear, and two-layer ReLU.

The functions use only + - * and comparisons on entries, so exact numbers give exact results.

diagonal : f = sum_j a_j b_j x_j; its gradient in (a, b) is (b o x, a o x)
squares  : f = sum_j (u_j^2 - v_j^2) x_j; its gradient in (u, v) is 2 (u o x, -v o x)
ReLU     : f = sum_j a_j relu(w_j . x + c_j); its gradient in (w, [c], a) needs w_j . x + c_j != 0
"""

from fractions import Fraction
from functools import cmp_to_key
from itertools import product
from math import comb

import numpy as np
from sympy import Rational, sqrt

from numerics.memory import require
from numerics.reading import exact_fraction, number, numbers, table, whole
from numerics.reals import finite
from numerics.stability_paths import MOST


def diagonal_gradients(a, b, inputs):
    """One gradient (b o x, a o x) per input x: list of n tuples of 2d numbers.  Error: none if exact."""
    a, b = _pair(a, b)
    return [(*(t*x for t, x in zip(b, row)), *(s*x for s, x in zip(a, row))) for row in _inputs(inputs, len(a))]


def squares_gradients(u, v, inputs):
    """One gradient 2 (u o x, -v o x) per input x.  Error: none if exact."""
    u, v = _pair(u, v)
    return [(*(2*s*x for s, x in zip(u, row)), *(-2*t*x for t, x in zip(v, row))) for row in _inputs(inputs, len(u))]


def relu_gradients(weights, a, inputs, biases=None):
    """One gradient per input, in the order w_1, ..., w_m, then the biases if given, then a.

    weights : m rows of d numbers; a : m numbers; biases : m numbers, trained, or None for none at all

    Returns  list of n tuples of m (d + 1) numbers, m (d + 2) with biases
    Error    none if exact
    Raises   ValueError where a pre-activation is 0: there is no gradient on the kink
    """
    weights, found = table("weights", weights), []
    a = numbers("a", a, len(weights))
    biases = None if biases is None else numbers("biases", biases, len(weights))
    for i, row in enumerate(_inputs(inputs, len(weights[0]))):
        signals = preactivations(weights, row, biases)
        for j, signal in enumerate(signals):
            if signal == 0:
                raise ValueError(f"neuron {j} is exactly on its kink at input {i}: the gradient does not exist")
        active = [1 if signal > 0 else 0 for signal in signals]
        inner = [on*slope*x for on, slope in zip(active, a) for x in row]
        shift = [on*slope for on, slope in zip(active, a)] if biases is not None else []
        found.append((*inner, *shift, *(on*signal for on, signal in zip(active, signals))))
    return found


def preactivations(weights, x, biases=None):
    """w_j . x + c_j for each neuron.  Raises ValueError for rows, an input and biases that do not fit."""
    biases = [0]*len(weights) if biases is None else biases
    return [sum(w*t for w, t in zip(row, x, strict=True)) + c for row, c in zip(weights, biases, strict=True)]


def relu_output(weights, a, x, biases=None):
    """sum_j a_j relu(w_j . x + c_j)."""
    return sum(slope*max(signal, 0) for slope, signal in zip(a, preactivations(weights, x, biases), strict=True))


def half_space_moments(direction, inputs):
    """alpha = mean relu(u . x)^2 and gamma = mean 1[u . x > 0] |x|^2 over the inputs.

    Both vanish where the open half-space u . x > 0 holds no input: a neuron pointing there is blind.
    Returns  (alpha, gamma).  Error: none if exact
    """
    direction = numbers("direction", direction)
    rows = _inputs(inputs, len(direction))
    signals = [sum(u*x for u, x in zip(direction, row)) for row in rows]
    share = Fraction(1, len(rows))
    alpha = sum(s*s for s in signals if s > 0)*share
    return alpha, sum(sum(x*x for x in row) for s, row in zip(signals, rows) if s > 0)*share


def half_space_floor(inputs):
    """inf of alpha, of gamma and of alpha gamma over the unit vectors u of the plane that are on no kink, exactly.

    The directions perpendicular to an input cut the circle into arcs; on an arc gamma is constant and alpha a
    quadratic form, least at an end or at its smaller eigenvalue.  The trace of a bias-free ReLU network's
    Hessian is at least 2 sqrt(inf alpha gamma) times its path norm.

    inputs : n pairs of exact rationals, none of them (0, 0)

    Returns  three SymPy numbers; 0 where some open half-plane holds no input.  Error: none
    Raises   ValueError unless the inputs are pairs other than (0, 0)
    """
    rows = [tuple(exact_fraction(f"inputs[{i}]", x) for x in row) for i, row in enumerate(_inputs(inputs, 2))]
    if not all(any(row) for row in rows):
        raise ValueError("an input (0, 0) is on the kink of every neuron without bias")
    ends = _turned({(s*y, -s*x) for x, y in rows for s in (1, -1)})
    arcs = [_arc(rows, one, other) for one, other in zip(ends, [*ends[1:], ends[0]])]
    return tuple(min(values) for values in zip(*((alpha, gamma, alpha*gamma) for alpha, gamma in arcs)))


def _turned(directions):
    """Counterclockwise from the first axis, parallel ones once."""
    def order(one, other):
        first, second = ((y < 0 or y == 0 and x < 0) for x, y in (one, other))
        cross = one[0]*other[1] - one[1]*other[0]
        return first - second or (-1 if cross > 0 else int(cross < 0))
    found = sorted(directions, key=cmp_to_key(order))
    return [one for one, last in zip(found, [found[-1], *found]) if order(one, last)]


def _arc(rows, one, other):
    """The least alpha, and gamma, for directions strictly between two neighbouring ends."""
    opposite = one[0]*other[1] == one[1]*other[0]              # half a turn: all inputs are parallel
    inside = (-one[1], one[0]) if opposite else (one[0] + other[0], one[1] + other[1])
    seen = [row for row in rows if row[0]*inside[0] + row[1]*inside[1] > 0]
    a, b, c = (Rational(sum(row[i]*row[j] for row in seen))/len(rows) for i, j in ((0, 0), (0, 1), (1, 1)))
    ends = [tuple(map(Rational, end)) for end in (one, other)]
    values = [(a*x*x + 2*b*x*y + c*y*y)/(x*x + y*y) for x, y in ends]
    least = (a + c)/2 - sqrt(((a - c)/2)**2 + b*b)
    vector = (b, least - a) if b else (1, 0) if a < c else (0, 1)
    sides = [u[0]*v[1] - u[1]*v[0] for u, v in ((ends[0], vector), (vector, ends[1]))]
    if not opposite and sides[0]*sides[1] > 0:
        values = [*values, least]
    return min(values), a + c


def diagonal_gram(a, b, inputs):
    """X diag(a^2 + b^2) X'/n, with the nonzero eigenvalues of H: (n, n) floats.  Cost: n^2 d."""
    a, b, inputs = finite("a", a, 1), finite("b", b, 1), finite("inputs", inputs, 2)
    _fitting(len(a), b, inputs)
    require(2*len(inputs)**2 + 2*inputs.size, f"the Gram matrix of {len(inputs)} inputs")
    return (inputs*(np.square(a) + np.square(b))) @ inputs.T/len(inputs)


def _fitting(width, a, inputs):
    """Refuse shapes that do not go together: `a` of `width` numbers, and at least one input of as many."""
    if not len(inputs) or inputs.shape[1] != width or a.shape[-1] != width:
        raise ValueError(f"inputs of shape {inputs.shape} do not fit weights of shape {a.shape}; "
                         f"both need {width} columns, and there must be an input")


def relu_gram(weights, a, inputs):
    """The (n, n) matrix of gradient products over n, without the gradients (no biases).  Cost: n^2 (m + d).

    weights : (m, d); a : (m,); inputs : (n, d) floats
    Error    by rounding, entrywise about (m + d) 2^-53 times the same sum of absolute values
    """
    inputs, a, weights = finite("inputs", inputs, 2), finite("a", a, 1), finite("weights", weights, 2)
    _fitting(inputs.shape[1], weights, inputs)
    if len(a) != len(weights):
        raise ValueError(f"{len(weights)} rows of weights need as many output weights, not {len(a)}")
    require(5*len(inputs)**2 + 4*len(inputs)*len(weights), f"the Gram matrix of {len(inputs)} inputs")
    signals = inputs @ weights.T
    active = (signals > 0).astype(float)
    rectified = signals*active
    return (rectified @ rectified.T + (active*a**2) @ active.T*(inputs @ inputs.T))/len(inputs)


def rademacher_complexity(inputs, norm):
    """(1/n) E max over |beta| <= 1 of sum_i e_i beta . x_i, e_i independent fair signs, by enumeration.

    norm : "l1" (the maximum is the largest |sum e_i x_ij|) or "linf" (their sum over j)

    Returns  Fraction for exact inputs.  Error: none
    Cost     2^n n d; refused for n > 20
    """
    if norm not in ("l1", "linf"):
        raise ValueError(f'norm = {norm!r} must be "l1" or "linf"')
    rows = _inputs(inputs, None)
    count = len(rows)
    if 2**count > MOST:
        raise ValueError(f"2^{count} sign patterns are too many to enumerate: n may be 20 at most")
    gather = max if norm == "l1" else sum
    total = sum(gather(abs(sum(e*x for e, x in zip(signs, column))) for column in zip(*rows))
                for signs in product((1, -1), repeat=count))
    return total*Fraction(1, count*2**count)


def mean_absolute_walk(count):
    """E|e_1 + ... + e_n| of fair signs: n binomial(n - 1, floor((n - 1)/2))/2^(n - 1), a Fraction."""
    count = whole("count", count, 1)
    return Fraction(count*comb(count - 1, (count - 1)//2), 2**(count - 1))


def diagonal_path(a, b, inputs, step_size, start, steps):
    """E|theta_t - theta*|^2 for t = 0, ..., steps of SGD on the nonlinear diagonal network, batch size 1.

    The targets are those of theta* = (a, b); theta_0 = theta* + start (2d numbers).  Every sequence of
    samples is run.  Divide by |start|^2 and let it shrink: the linearised path, with an error of
    first order.

    Returns  list of steps + 1 exact numbers (or floats of the kind given)
    Error    none if exact
    Cost     n^steps d; refused above 2 million sequences
    """
    a, b = _pair(a, b)
    rows, size, steps = _inputs(inputs, len(a)), len(a), whole("steps", steps)
    start, step_size = numbers("start", start, 2*size), number("step_size", step_size)
    if len(rows)**steps > MOST:
        raise ValueError(f"{len(rows)}^{steps} sequences are too many to enumerate: the limit is {MOST}")
    minimum, totals = (*a, *b), [0]*(steps + 1)
    beta = [s*t for s, t in zip(a, b)]

    def walk(theta, t):
        totals[t] += sum((x - y)*(x - y) for x, y in zip(theta, minimum))
        if t < steps:
            for row in rows:
                walk(_diagonal_step(theta, row, beta, step_size, size), t + 1)
    walk(tuple(x + y for x, y in zip(minimum, start)), 0)
    return [total*Fraction(1, len(rows)**t) for t, total in enumerate(totals)]


def _diagonal_step(theta, row, beta, step_size, size):
    s, t = theta[:size], theta[size:]
    pull = step_size*sum((x*y - target)*z for x, y, target, z in zip(s, t, beta, row))
    return (*(x - pull*y*z for x, y, z in zip(s, t, row)), *(y - pull*x*z for x, y, z in zip(s, t, row)))


def _inputs(inputs, size):
    """Rows of `size` finite numbers each, at least one; of any one length if that is None."""
    return table("inputs", inputs, size)


def _pair(a, b):
    a = numbers("the first factor", a)
    return a, numbers("the second factor", b, len(a))
