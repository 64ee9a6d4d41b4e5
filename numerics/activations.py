"""Activations with their three derivatives, and the signs that kinked ones need."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.reals import finite


@dataclass(frozen=True)
class Activation:
    """s and its three derivatives: `jet(z)` gives (S, D, E, T), E = T = None where they vanish.

    E and T may be functions without arguments, called when first needed.  z may be overwritten.
    kinked : the derivative jumps at z = 0, so no Hessian exists at a sample with w_j.x_i = 0
    """

    name: str
    jet: Callable
    kinked: bool = False


def _tanh(z):
    s = np.tanh(z, out=z)
    d = s*s
    np.subtract(1, d, out=d)
    return s, d, lambda: -2*s*d, lambda: d*(6*s*s - 2)


def _softplus(z):
    s = np.logaddexp(0, z)
    d = np.exp(z - s)
    return s, d, lambda: d*(1 - d), lambda: d*(1 - d)*(1 - 2*d)


def _rectified(slope):
    def jet(z):
        d = np.greater(z, 0, out=np.empty_like(z))      # a tenth of the time of np.where, which branches
        if slope:
            d += (1 - d)*slope
        return np.multiply(z, d, out=z), d, None, None
    return jet


def leaky(slope):
    """The activation max(z, slope z), for 0 <= slope <= 1.  Raises ValueError for any other slope."""
    slope = float(finite("slope", slope, 0))
    if not 0 <= slope <= 1:
        raise ValueError(f"slope must lie between 0 and 1, not {slope}: beyond, max(z, slope z) is another function")
    return Activation(f"leaky({slope})", _rectified(slope), kinked=True)


ACTIVATIONS = {a.name: a for a in (
    Activation("tanh", _tanh),
    Activation("softplus", _softplus),
    Activation("sine", lambda z: (np.sin(z), np.cos(z), lambda: -np.sin(z), lambda: -np.cos(z))),
    Activation("quadratic", lambda z: (z*z, 2*z, np.full_like(z, 2), np.zeros_like(z))),
    Activation("cubic", lambda z: (z**3, 3*z*z, 6*z, np.full_like(z, 6))),
    Activation("relu", _rectified(0.0), kinked=True),
)}


def decide_signs(z, inputs, w):
    """Replace entries of z = X W' whose sign rounding leaves open by their exact values.

    |fl(x.w) - x.w| <= gamma_d |x| |w| (Cauchy-Schwarz), doubled for the norms' own rounding.
    """
    blur = 2*(inputs.shape[1] + 2)*2.0**-53*np.linalg.norm(inputs, axis=1).max()
    blur = blur*np.sqrt(np.einsum("ij,ij->i", w, w))
    for i, j in _near(z, blur):
        exact = sum(Fraction(x)*Fraction(y) for x, y in zip(inputs[i].tolist(), w[j].tolist()))
        if exact == 0:
            raise ValueError(f"neuron {j} meets sample {i} exactly at its kink (w.x = 0): the loss has "
                             f"no Hessian there; move the weights or drop the sample")
        z[i, j] = float(exact) or np.copysign(2.0**-1074, 1 if exact > 0 else -1)


def _near(z, blur, rows=128):
    """Places where |z_ij| <= blur_j, row blocks at a time: fresh memory costs more than comparing."""
    found = []
    for start in range(0, len(z), rows):
        near = np.abs(z[start:start + rows]) <= blur
        if near.any():
            found += [(start + i, j) for i, j in np.argwhere(near).tolist()]
    return found
