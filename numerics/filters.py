"""Bias, variance and prediction error of spectral filters: gradient descent and SAM on linear models.

Fixed design with n samples: y = f* + noise, noise of mean 0 and covariance sigma^2 I; kernel
matrix K (linear regression: X X^T) with eigenvalues d_i, signal theta_i = <v_i, f*>.  From
fitted values 0 with step size eta, k steps of gradient descent (radius 0) or unnormalised SAM
(radius rho) multiply the residual in mode i by gamma_i^k,

    gamma_i = 1 - eta d_i - eta rho d_i^2,
    error_k = (1/n) sum_i theta_i^2 gamma_i^(2k) + (sigma^2/n) sum_i (1 - gamma_i^k)^2.

Certified in `theorems.sam_statistical_error`.
"""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from numerics import balls
from numerics.reading import listed
from numerics.reals import finite


@dataclass(frozen=True)
class Errors:
    """Arrays over the steps asked for: squared bias, variance, their sum; `oracle` bounds every filter."""

    steps: np.ndarray
    bias: np.ndarray
    variance: np.ndarray
    oracle: float

    @property
    def total(self):
        return self.bias + self.variance


@dataclass(frozen=True)
class Comparison:
    """Both methods on the same problem: `winner` per step is "SAM", "GD" or "tie"."""

    gd: Errors
    sam: Errors
    winner: tuple
    best: dict                     # method -> (step, error) at its best stopping time among those asked for


def prediction_errors(spectrum, signal, noise, step_size, radius, steps):
    """In-sample prediction error of k steps from zero, for each k in `steps`.

    Parameters
    ----------
    spectrum : (n,) eigenvalues d_i >= 0 of the kernel matrix, units of the loss's Hessian
    signal : (n,) coefficients theta_i of f* in its eigenvectors, units of y
    noise : standard deviation sigma >= 0, units of y
    step_size, radius : eta > 0 in 1/d, rho >= 0 in 1/d (0 is gradient descent)
    steps : (t,) whole numbers of steps k >= 0

    Returns  Errors, units of y^2
    Error    by rounding: a factor (1 + u)^(k+2) on each gamma^k, u = 2^-53; not enclosed
    Cost     n t powers
    Raises   ValueError for wrong shapes, negative or non-finite input
    Source   derived in `theorems.sam_statistical_error.error`; compare Behdin and Mazumder (2023)
    """
    d, theta = _vector(spectrum, "spectrum"), _vector(signal, "signal")
    if d.shape != theta.shape:
        raise ValueError(f"spectrum has {len(d)} entries and signal {len(theta)}; one per mode is needed")
    if (d < 0).any():
        raise ValueError(f"spectrum[{int(np.argmax(d < 0))}] is {d[d < 0][0]}; a kernel matrix has none below 0")
    noise, radius, step_size = (float(finite(name, value, 0)) for name, value in
                                (("noise", noise), ("radius", radius), ("step_size", step_size)))
    for name, value in (("noise", noise), ("radius", radius)):
        if value < 0:
            raise ValueError(f"{name} must be finite and at least 0, not {value}")
    if step_size <= 0:
        raise ValueError(f"step_size must be finite and above 0, not {step_size}")
    k = np.array(_counts(steps))
    s2 = float(noise)**2
    with np.errstate(over="ignore", invalid="ignore"):       # seen below
        t = (1 - step_size*d*(1 + radius*d))[:, None]**k
        bias, variance = (theta[:, None]**2*t**2).mean(axis=0), s2*((1 - t)**2).mean(axis=0)
    if not np.isfinite(bias + variance).all():
        raise ValueError(f"the error after {k[np.argmin(np.isfinite(bias + variance))]} steps exceeds all floats: the step size "
                         f"{step_size} is too large for the spectrum")
    oracle = np.divide(theta**2*s2, theta**2 + s2, out=np.zeros_like(d), where=theta**2 + s2 > 0)
    return Errors(k, bias, variance, float(oracle.mean()))


def _counts(steps):
    steps = listed("steps", steps)
    if not steps or not all(isinstance(one, Integral) and not isinstance(one, bool) and one >= 0 for one in steps):
        raise ValueError("steps must be a list of whole numbers, at least one and none negative")
    return steps


def compare_sam_with_gd(spectrum, signal, noise, step_size, radius, steps):
    """Both methods' errors with one step size, and which is smaller at each stopping time.

    Arguments, errors raised and cost as `prediction_errors`.  Returns Comparison.
    """
    gd = prediction_errors(spectrum, signal, noise, step_size, 0, steps)
    sam = prediction_errors(spectrum, signal, noise, step_size, radius, steps)
    sign = np.sign(sam.total - gd.total).astype(int)
    best = {name: (int(one.steps[one.total.argmin()]), float(one.total.min())) for name, one in (("GD", gd), ("SAM", sam))}
    return Comparison(gd, sam, tuple({-1: "SAM", 0: "tie", 1: "GD"}[int(one)] for one in sign), best)


def best_flow_error(spectrum, signal_squared, noise_squared, radius):
    """Enclosure of min over tau >= 0 of the flow's error, filters t_i = exp(-tau d_i (1 + rho d_i)).

    All arguments exact (d_i > 0).  Branch and bound over tau: on [0, T] by mean-value form, beyond T by
    error >= sigma^2 (1 - max t)^2 and error -> sigma^2; returns a ball.
    Raises `Undecided` if the noise level itself cannot be separated from the minimum.
    """
    with balls.precision():
        d, theta = _balls("spectrum", spectrum), _balls("signal_squared", signal_squared)
        if len(d) != len(theta) or not all(x > 0 for x in d):
            raise ValueError("spectrum needs positive numbers, and signal_squared one for each of them")
        return _best_flow_error(d, theta, *_balls("noise_squared and radius", [noise_squared, radius]))


def _balls(name, values):
    """Finite balls of exact numbers, at least one."""
    found = [balls.ball(x) for x in listed(name, values)]
    if not found or not all(x.is_finite() for x in found):
        raise ValueError(f"{name} must hold finite numbers, at least one")
    return found


def _best_flow_error(d, theta, s2, radius):
    rates = [x*(1 + radius*x) for x in d]

    def error(tau):
        t = [(-tau*a).exp() for a in rates]
        return sum((th*x**2 + s2*(1 - x)**2 for th, x in zip(theta, t)), balls.ball(0))/len(d)

    def slope(tau):
        t = [(-tau*a).exp() for a in rates]
        return -2*sum((a*x*((th + s2)*x - s2) for a, th, x in zip(rates, theta, t)), balls.ball(0))/len(d)

    last = 1
    while not _rising_beyond(rates, theta, s2, last):
        last *= 2
        if last > 2**20:
            raise balls.Undecided("the error is not shown to increase eventually; no finite interval holds the minimum")
    return _minimum(error, slope, balls.ball(0), balls.ball(last))


def _rising_beyond(rates, theta, s2, tau):
    """Whether every mode's error increases from tau on: (theta^2 + sigma^2) t < sigma^2 in all of them."""
    return all((th + s2)*(-tau*a).exp() < s2 for a, th in zip(rates, theta))


def _minimum(f, slope, low, high, width_bits=60):
    """Enclosure of min f on [low, high]: intervals whose slope has a sign shrink to an end."""
    best, waiting, floors = min((f(low), f(high)), key=lambda b: float(b.mid())), [(low, high)], []
    while waiting:
        a, b = waiting.pop()
        whole = a.union(b)
        middle = (a + b)/2
        bound = f(middle) + slope(whole)*(whole - middle)
        if bound > best:
            continue
        falling = slope(whole)
        if falling > 0 or falling < 0:
            floors.append(f(a if falling > 0 else b))
        elif whole.rad() < 2**-width_bits:
            floors.append(bound)
        else:
            value = f(middle)
            best = value if value < best else best
            waiting += [(a, middle.mid()), (middle.mid(), b)]
    lowest = floors[0]
    for one in floors[1:]:
        lowest = lowest.min(one)
    return lowest.min(best)


def _vector(values, name):
    values = finite(name, values, 1)
    if not values.size:
        raise ValueError(f"{name} must be a non-empty list of numbers")
    return values


def worst_rise(gradient, curvature, radius):
    """Enclosure of max over |delta| <= r of sum g_i delta_i + d_i delta_i^2/2: sharpness in the worst direction.

    Exact numbers, d_i >= 0, r > 0.  The maximum is (sum g_i^2/(mu - d_i) + mu r^2)/2 at the root mu > max d of
    sum g_i^2/(mu - d_i)^2 = r^2 (More and Sorensen 1983), enclosed by bisection.
    Raises `Undecided` where the gradient has no part along the largest curvature (the hard case).
    """
    with balls.precision():
        g, d, (r,) = _balls("gradient", gradient), _balls("curvature", curvature), _balls("radius", [radius])
        if len(g) != len(d) or not all(x >= 0 for x in d) or not r > 0:
            raise ValueError("curvature needs numbers >= 0, one for each of gradient, and radius must be positive")
        return _worst_rise(g, d, r)


def _worst_rise(g, d, r):
    top = d[0]
    for one in d[1:]:
        top = top.max(one)
    size = sum((x*x for x in g), balls.ball(0)).sqrt()
    excess = lambda mu: sum(((x/(mu - a))**2 for x, a in zip(g, d)), balls.ball(0)) - r*r
    ends = []
    for beyond in (lambda mu: excess(mu) > 0, lambda mu: not excess(mu) < 0):      # certainly below; not certainly above
        low, high = top, (top + 2*size/r).mid()
        for _ in range(200):
            middle = ((low + high)/2).mid()
            low, high = (middle, high) if not middle > top or beyond(middle) else (low, middle)
        ends += [low, high]
    mu = ends[0].union(ends[3])
    if not mu > top:
        raise balls.Undecided("the gradient has no part along the largest curvature; the maximum was not separated")
    return (sum((x*x/(mu - a) for x, a in zip(g, d)), balls.ball(0)) + mu*r*r)/2
