"""Curvature of a loss of which only the gradient is known, as a function of arrays.

    point = from_gradient(gradient, theta, analytic=True)       # then sharpest(point), spectrum(point), ...

Complex step: Im grad(theta + i h v)/h with h = 2^-100/|v| has an error of order h^2, far below rounding, wherever
the gradient is made of analytic functions of its arguments and computes in complex numbers as well.
Central difference: (grad(theta + h v) - grad(theta - h v))/(2 h) errs by h^2/6 |D^4 L| and by rounding over h,
so some ten digits are left.

For the true product, e(h) = |grad(theta + h v) - grad(theta - h v) - 2 h H v| falls like h^3; whatever is wrong
with a product leaves order 1.  That is looked at before a complex step is believed.
"""

import numpy as np

from numerics.reals import finite

STEP = 2.0**-100           # of the complex step
HALVINGS = 16              # steps tried for the order, from 1/8 of the point's size on


class GradientCurvature:
    """Products with the Hessian from gradients; `product_error` estimates their error for a unit vector.

    Members as an operator: `size`, `product`.  `gradient` (p,) at the point.
    """

    def __init__(self, gradient, at, analytic):
        self.at, self.size = at, len(at)
        self._gradient, self._analytic = gradient, analytic
        self.gradient = self._checked(gradient(at.copy()))          # which may work in place
        self.reach = max(1.0, float(np.linalg.norm(at)))
        unit = np.random.default_rng(0).standard_normal(self.size)
        unit /= np.linalg.norm(unit)
        if analytic:
            self.product_error = 0.0
            self.covers = "products by complex steps, taken as exact"
            self._believe(unit)
        else:
            self.product_error = float(np.linalg.norm(self._difference(unit, 2.0) - self._difference(unit, 1.0)))
            self.covers = "products by central differences, their error estimated from two steps"

    def product(self, v):
        """H v."""
        length = float(np.linalg.norm(v))
        if not length:
            return np.zeros(self.size)
        if self._analytic:
            step = STEP/length
            return np.imag(self._gradient(self.at + 1j*step*v))/step
        return self._difference(v/length, 1.0)*length

    def _difference(self, unit, times):
        h = times*self.reach*2.0**-17                   # near the cube root of the rounding unit
        return self._change(unit, h)/(2*h)

    def _change(self, unit, h):
        return self._checked(self._gradient(self.at + h*unit)) - self._checked(self._gradient(self.at - h*unit))

    def _checked(self, values):
        values = np.asarray(values)
        if values.shape != (self.size,) or values.dtype.kind != "f" or not np.isfinite(values).all():
            raise ValueError(f"the gradient must return {self.size} finite floats for {self.size} floats, not "
                             f"{values.dtype} of shape {values.shape}")
        return values

    def _believe(self, unit):
        """Refuse products whose e(h) does not fall by more than 4 at the last halving above rounding."""
        image, misses = self.product(unit), []
        for k in range(HALVINGS):
            h = self.reach*2.0**-(3 + k)
            change = self._change(unit, h)
            miss, floor = np.linalg.norm(change - 2*h*image), 2.0**-44*np.linalg.norm(self.gradient)
            if miss <= floor + 2.0**-44*np.linalg.norm(change):
                break
            misses.append(miss)
        if len(misses) > 1 and not misses[-1] < misses[-2]/4:
            raise ValueError(f"complex steps and differences of this gradient disagree: halving the step divides their "
                             f"distance by {misses[-2]/misses[-1]:.1f}, not by 8; is it analytic (no abs, max, "
                             f"conjugate, comparison)? Else pass analytic=False")


def from_gradient(gradient, at, *, analytic):
    """The curvature at a point of a loss whose gradient is a function of an array (p,).

    analytic : whether it accepts complex arrays and is made of analytic functions: products are then
        as accurate as the gradient itself; else central differences, of limited accuracy

    Error   `product_error`: an estimate, from products at two steps; bounds of results say so in `covers`
    Cost    a product takes one complex gradient, or two real ones
    Raises  ValueError if the gradient has another shape, is not finite, or complex steps are contradicted by differences
    """
    return GradientCurvature(gradient, finite("at", at, 1).copy(), analytic)
