"""The Hessian of the loss at an interpolating point, by differences of the loss that are exact.

Along one parameter each network here is affine, and in two parameters affine in each, as long as
no neuron crosses its kink.  With r(s, t) the change of an output, r^2 then has the coefficient of
st that the mixed second derivative asks for and otherwise only terms that are even in s or in t.
"""

from sympy import Rational, sympify


def loss_hessian(output, point, inputs, h=Rational(1, 1024)):
    """Second derivatives of L(p) = sum_i (output(p, x_i) - output(point, x_i))^2/(2n) at `point`.

    output : function of (parameters, input), affine in each parameter within 2h of `point`
    Returns  list of rows of exact numbers; [L(++) - L(+-) - L(-+) + L(--)]/(4 h^2), and 2 L(+)/h^2 averaged over
             both signs on the diagonal, as L vanishes at `point`
    Error    none
    """
    size = len(point)
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
    table = {(j, k): entry(j, k) for j in range(size) for k in range(j, size)}
    return [[table[min(j, k), max(j, k)] for k in range(size)] for j in range(size)]


def diagonal_output(parameters, x):
    """sum_j a_j b_j x_j, the parameters being all a_j, then all b_j."""
    size = len(x)
    return sum(parameters[j]*parameters[size + j]*x[j] for j in range(size))
