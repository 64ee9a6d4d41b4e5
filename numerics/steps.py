"""One step of each optimiser, written once for every kind of number.

Each factory returns `step(point) -> point`.  A point is a tuple of coordinates, one scalar,
or a NumPy array of shape (..., d) with one run per leading index.  A gradient takes the
coordinates as separate arguments when the point is a tuple (so `sympy.lambdify((U, V), ...)`
fits), and the scalar or the array otherwise; it returns what the point is made of.

Numbers may be SymPy expressions, `Fraction`s or integers, FLINT `fmpq` or `arb`, mpmath `mpf`,
or floats (NumPy arrays, or Python floats throughout).  A rational step size or radius adapts
to the numbers of the point; a float never enters an exact computation (TypeError), and the
square root in a norm is taken in the point's own arithmetic.
"""

from fractions import Fraction
from functools import wraps
from numbers import Integral

import numpy as np

from numerics.kinds import adapt, common_kind, entries, norm_in
from numerics.laboratory import LaboratoryError, stepped_outside
from numerics.reading import finite_size


def _by_laboratory(step):
    """While a measurement runs, only its laboratory takes steps: one taken aside could not be spoiled."""
    @wraps(step)
    def guarded(point):
        if stepped_outside():
            raise LaboratoryError("a measurement took a step of an algorithm itself; "
                                  "use lab.iterate(step, start, count)")
        return step(point)
    return guarded


def _evaluate(function, point):
    """The function at the point, shaped like the point."""
    if not isinstance(point, tuple):
        return function(point)
    value = function(*point)
    alone = isinstance(value, np.ndarray) and len(point) == 1 or not hasattr(value, "__len__")
    value = (value,) if alone else tuple(value)
    if len(value) != len(point):
        raise ValueError(f"the gradient has {len(value)} components for {len(point)} coordinates; "
                         f"return one component per coordinate")
    return value


def _along(point, factor, direction):
    """point + factor*direction."""
    if isinstance(point, tuple):
        return tuple([p + factor*v for p, v in zip(point, direction)])
    return point + factor*direction


def _moved(point, direction, step_size, name="step_size"):
    """point - step_size*direction in the point's own arithmetic."""
    kind = common_kind(entries(point) + entries(direction), "the step")
    return _along(point, -adapt(step_size, kind, name)[0], direction)


def descent(gradient, step_size):
    """x - eta g(x): gradient descent."""
    step_size = finite_size("step_size", step_size)
    @_by_laboratory
    def step(point):
        return _moved(point, _evaluate(gradient, point), step_size)
    return step


def ascent(gradient, radius):
    """x + rho g(x)/|g(x)|: the point where SAM takes its gradient.

    Raises  ZeroDivisionError where the gradient vanishes; see `norm`
    """
    radius = finite_size("the radius", radius)
    @_by_laboratory
    def step(point):
        return _towards(point, _evaluate(gradient, point), radius, "the radius")
    return step


def normalised_descent(gradient, step_size):
    """x - eta g(x)/|g(x)|.  Raises ZeroDivisionError where the gradient vanishes."""
    backwards = -finite_size("step_size", step_size)
    @_by_laboratory
    def step(point):
        return _towards(point, _evaluate(gradient, point), backwards, "step_size")
    return step


def _towards(point, vector, length, name):
    """point + length*vector/|vector| in the point's own arithmetic."""
    kind = common_kind(entries(point) + entries(vector), "the step")
    length, kind = adapt(length, kind, name)
    size = norm_in(vector, kind)
    if kind == "integer":                              # int/int would be a float
        size = Fraction(size)
    return _along(point, length/size, vector)


def sam(gradient, step_size, radius):
    """x - eta g(x + rho g(x)/|g(x)|): sharpness-aware minimisation, full batch.

    Raises  ZeroDivisionError where the gradient vanishes: SAM is undefined there
    """
    return _ascended_descent(gradient, step_size, ascent(gradient, radius))


def unnormalised_sam(gradient, step_size, radius):
    """x - eta g(x + rho g(x)): SAM without the normalisation of the ascent."""
    backwards = -finite_size("the radius", radius)
    return _ascended_descent(gradient, step_size, lambda point: _moved(point, _evaluate(gradient, point), backwards, "the radius"))


def _ascended_descent(gradient, step_size, climb):
    """x - eta g(climb(x))."""
    step_size = finite_size("step_size", step_size)
    @_by_laboratory
    def step(point):
        return _moved(point, _evaluate(gradient, climb(point)), step_size)
    return step


def stochastic_descent(gradients, step_size, index):
    """x - eta g_i(x): SGD with batch size 1 on sample i = index.

    gradients  one gradient per sample
    index      int; or an integer array of shape (runs,), one sample per run; or a function
               without arguments that returns either, called once per step
    """
    step_size = finite_size("step_size", step_size)
    @_by_laboratory
    def step(point):
        return descent(_chosen(gradients, index), step_size)(point)
    return step


def stochastic_sam(gradients, step_size, radius, index):
    """x - eta g_i(x + rho g_i(x)/|g_i(x)|): SAM on one sample i = index (see `stochastic_descent`)."""
    step_size = finite_size("step_size", step_size)
    radius = finite_size("the radius", radius)
    @_by_laboratory
    def step(point):
        return sam(_chosen(gradients, index), step_size, radius)(point)
    return step


def _chosen(gradients, index):
    drawn = index() if callable(index) else index
    if isinstance(drawn, np.ndarray) and drawn.ndim:
        return lambda *point: _by_run(gradients, drawn, point)
    if isinstance(drawn, bool) or not (isinstance(drawn, Integral) or getattr(drawn, "dtype", None) == int):
        raise TypeError(f"an index is an integer or an integer array, not {drawn!r}")
    if not 0 <= drawn < len(gradients):
        raise IndexError(f"index {drawn} names no sample: there are {len(gradients)}, counted from 0")
    return gradients[drawn]


def _by_run(gradients, drawn, point):
    """Run r follows gradient drawn[r]; each gradient is evaluated on its own runs only."""
    if drawn.dtype.kind not in "iu":
        raise TypeError(f"indices are integers, not of dtype {drawn.dtype}")
    if drawn.min() < 0 or drawn.max() >= len(gradients):
        raise IndexError(f"the indices run from {drawn.min()} to {drawn.max()}, but the samples "
                         f"from 0 to {len(gradients) - 1}")
    result = [np.empty_like(p) for p in point]
    for k in np.unique(drawn):
        rows = drawn == k
        value = gradients[k](*(p[rows] for p in point))
        value = value if isinstance(value, (tuple, list)) else (value,)
        for part, found in zip(result, value, strict=True):
            part[rows] = found
    return tuple(result) if len(point) > 1 else result[0]


def label_noise_descent(residual, feature_gradient, step_size, noise):
    """x - eta (r(x) + eps) grad f(x): descent on (f - y + eps)^2/2 with a fresh label error eps.

    residual          f - y, called like a gradient but returning one number (per run: (..., 1)
                      when the point is an array)
    feature_gradient  gradient of f
    noise             eps: a number, an array over runs, or a function without arguments that
                      draws it, called once per step
    """
    step_size = finite_size("step_size", step_size)
    @_by_laboratory
    def step(point):
        off = residual(*point) if isinstance(point, tuple) else residual(point)
        kind = common_kind(entries(point) + (off,), "the step")
        off = off + adapt(noise() if callable(noise) else noise, kind, "noise")[0]
        features = _evaluate(feature_gradient, point)
        slope = tuple(off*f for f in features) if isinstance(point, tuple) else off*features
        return _moved(point, slope, step_size)
    return step


def heavy_ball(gradient, step_size, momentum):
    """(x, p) -> (x - eta g(x) + beta (x - p), x): Polyak's momentum.

    The point is the position followed by the previous position: 2d coordinates, or an array
    (..., 2d).
    """
    return _two_step(gradient, step_size, momentum, ahead=False)


def nesterov(gradient, step_size, momentum):
    """(x, p) -> (y - eta g(y), x) with y = x + beta (x - p): Nesterov's momentum (see `heavy_ball`)."""
    return _two_step(gradient, step_size, momentum, ahead=True)


def _two_step(gradient, step_size, momentum, ahead):
    step_size = finite_size("step_size", step_size)
    momentum = finite_size("momentum", momentum)
    @_by_laboratory
    def step(point):
        here, before, together = _halves(point)
        kind = common_kind(entries(point), "the step")
        beta = adapt(momentum, kind, "momentum")[0]
        glide = _along(here, beta, _along(here, -1, before))
        slope = _evaluate(gradient, glide if ahead else here)
        return together(_moved(glide, slope, step_size), here)
    return step


def _halves(point):
    size = len(point) if isinstance(point, tuple) else np.ndim(point) and point.shape[-1]
    if not size or size % 2:
        raise ValueError(f"the point holds {size or 1} coordinates; with momentum it must hold the "
                         f"position followed by the previous position")
    if isinstance(point, tuple):
        return point[:size//2], point[size//2:], lambda a, b: a + b
    return (point[..., :size//2], point[..., size//2:],
            lambda a, b: np.concatenate((a, b), axis=-1))


def mirror_descent(gradient, step_size, mirror, inverse):
    """(grad R)^-1(grad R(w) - eta g(w)): mirror descent with potential R.

    mirror, inverse  grad R and its inverse, called like gradients
    """
    step_size = finite_size("step_size", step_size)
    @_by_laboratory
    def step(point):
        dual = _moved(_evaluate(mirror, point), _evaluate(gradient, point), step_size)
        return _evaluate(inverse, dual)
    return step
