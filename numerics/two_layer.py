"""Two-layer networks f(x) = sum_j a_j s(w_j.x): loss, gradient and curvature by matrix products.

    L(theta) = factor/n sum_i (f(x_i) - y_i)^2,   theta = (a, w_1, ..., w_m),   p = m (1 + d)

With Z = X W', S = s(Z), D = s'(Z), E = s''(Z), T = s'''(Z) (all n x m), r = f - y and
c = 2 factor, the Hessian is H = c (J'J + B)/n, where row i of J is the gradient of f(x_i)
and B = sum_i r_i Hess f(x_i) is block diagonal: neuron j couples only with itself,

    B_j = [[0, b_j'], [b_j, A_j]],  b_j = sum_i r_i D_ij x_i,  A_j = a_j sum_i r_i E_ij x_i x_i'.

The tangent kernel c JJ'/n = c/n (S S' + X X' o (aD)(aD)') needs no J.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numerics.activations import ACTIVATIONS, Activation, decide_signs
from numerics.reals import finite, scale
from numerics.threads import fitting
from numerics.two_layer_forms import TwoLayerForms

BLOCK = 2**15     # entries per block of the entrywise work, so that it stays in cache
FEW = 4096        # entries of J up to which it is formed and used: calls then cost more than operations


@dataclass(frozen=True, eq=False)
class TwoLayer:
    """The family f(x) = sum_j a_j s(w_j.x) with the mean squared loss on given samples.

    inputs : (n, d) array, one sample a row
    targets : (n,) array
    activation : a name in `ACTIVATIONS`, or an `Activation`
    factor : the loss is factor/n times the sum of squared residuals; 1/2 and 1 are both
        usual, so it must be named

    theta has shape (m (1 + d),): the m output weights, then the input weights row by row.

    Raises  ValueError for other shapes, values that are not finite, an unknown activation
    """

    inputs: np.ndarray
    targets: np.ndarray
    activation: Activation | str
    factor: float

    def __post_init__(self):
        set_ = lambda name, value: object.__setattr__(self, name, value)
        set_("inputs", finite("inputs", self.inputs, 2))
        set_("targets", finite("targets", self.targets, 1))
        set_("factor", scale("factor", self.factor))
        if len(self.inputs) != len(self.targets) or not len(self.inputs):
            raise ValueError(f"{len(self.inputs)} inputs but {len(self.targets)} targets")
        if isinstance(self.activation, str):
            if self.activation not in ACTIVATIONS:
                raise ValueError(f"no activation {self.activation!r}; choose among {sorted(ACTIVATIONS)}, "
                                 f"leaky(slope), or pass an Activation")
            set_("activation", ACTIVATIONS[self.activation])
        if not isinstance(self.activation, Activation):
            raise TypeError(f"an activation is a name or an Activation, not {self.activation!r}")

    def layers(self, theta):
        """Output weights (m,) and input weights (m, d)."""
        d, usual = self.inputs.shape[1], isinstance(theta, np.ndarray) and theta.ndim == 1 and theta.dtype == float
        if not (usual and theta.dot(theta) < np.inf):              # a finite sum of squares needs no second look
            theta = finite("theta", theta, 1)
        m, rest = divmod(len(theta), 1 + d)
        if rest or not m:
            raise ValueError(f"theta has {len(theta)} entries, no positive multiple of 1 + d = {1 + d}")
        return theta[:m], theta[m:].reshape(m, d)

    @cached_property
    def gram(self):
        """X X', (n, n): kept, since every point's tangent kernel uses it."""
        return self.inputs @ self.inputs.T

    def copies(self, m):
        """The inputs m times side by side, (n, m d), at most `FEW` numbers: kept, since every point's J uses them."""
        if self._copies.get(m) is None:
            self._copies[m] = np.tile(self.inputs, (1, m))
        return self._copies[m]

    @cached_property
    def _copies(self):
        return {}

    @cached_property
    def pairs(self):
        """x_i x_i' as rows, (n, d^2): only for small n d^2."""
        return (self.inputs[:, :, None]*self.inputs[:, None, :]).reshape(len(self.inputs), -1)

    def value(self, theta):
        """The loss at theta (also where a kinked network has no Hessian)."""
        a, w = self.layers(theta)
        residual = self.activation.jet(self.inputs @ w.T)[0] @ a - self.targets
        return self.factor*(residual @ residual)/len(residual)

    def at(self, theta):
        """The curvature of the loss at theta.

        Raises  ValueError where a kinked activation meets w_j.x_i = 0 exactly
        """
        return TwoLayerPoint(self, *self.layers(theta))


class TwoLayerPoint(TwoLayerForms):
    """Curvature of a two-layer network at one point.

    size p, samples n; `residual` (n,), `gradient` (p,)
    product(v)    H v for v of shape (p,)
    push, lift    J v and J' u;  c J'J/n is the Gauss-Newton matrix
    kernel()      c JJ'/n, (n, n)
    bend          an upper bound for the norm of H - c J'J/n (0 at interpolation)

    Error   by rounding; not bounded where s is transcendental
    Cost    product 4 n d m operations; kernel n^2 (d + 2 m), memory 3 n^2
    """

    arrays = "the Hessian of s(Z), its derivatives, X, a and r as rounded"

    def __init__(self, family, a, w):
        self.family, self.a, self.w, self.inputs = family, a, w, family.inputs
        self.m, self.d = w.shape
        self.samples, self.size = len(self.inputs), w.size + a.size
        self.scale = 2*family.factor/self.samples
        self.few = self.samples*self.size <= FEW
        if self.few:
            self._evaluate(family)
        else:
            with fitting(2*self.samples*w.size):
                self._evaluate(family)

    def _evaluate(self, family):
        z = self.inputs.dot(self.w.T)
        if family.activation.kinked:
            decide_signs(z, self.inputs, self.w)
        self.s, self.slope, self._bending, self._twist = family.activation.jet(z)
        self.weighted = self.slope*self.a
        self.residual = self.s.dot(self.a)
        self.residual -= family.targets

    def split(self, v):
        return v[:self.m], v[self.m:].reshape(self.m, self.d)

    @cached_property
    def value(self):
        return self.family.factor*(self.residual @ self.residual)/self.samples

    @cached_property
    def bending(self):
        """E, or None where it vanishes."""
        return self._bending() if callable(self._bending) else self._bending

    @cached_property
    def twist(self):
        """T, or None where it vanishes."""
        return self._twist() if callable(self._twist) else self._twist

    @cached_property
    def fits(self):
        """Whether every residual is exactly 0: then H is the Gauss-Newton matrix, to the last bit."""
        return not np.count_nonzero(self.residual)     # NaN is none; a quarter of the cost of `any`

    @cached_property
    def coupling(self):
        """The rows b_j, (m, d)."""
        if self.fits:
            return np.zeros_like(self.w)
        return (self.slope*self.residual[:, None]).T @ self.inputs

    @cached_property
    def bent(self):
        """r_i E_ij a_j, or None where it vanishes."""
        if self.fits or self.bending is None:
            return None
        return self.bending*(self.residual[:, None]*self.a)

    @cached_property
    def gradient(self):
        return self.scale*np.concatenate(
            [self.s.T @ self.residual, (self.a[:, None]*self.coupling).ravel()])

    @cached_property
    def squared_lengths(self):
        """|x_i|^2, (n,)."""
        return np.einsum("ij,ij->i", self.inputs, self.inputs)

    @cached_property
    def lengths(self):
        """|x_i|, (n,)."""
        return np.sqrt(self.squared_lengths)

    @property
    def work(self):
        """Operations for the kernel and for one product."""
        n, m, d = self.samples, self.m, self.d
        return n*n*(d + 2*m), 4*n*m*d

    def push(self, v):
        if self.few:
            return self.rows.dot(v)
        alpha, u = self.split(v)
        return self.s @ alpha + np.einsum("ij,ij->i", self.inputs, self.weighted @ u)

    def lift(self, u):
        if self.few:
            return u.dot(self.rows)
        out = np.empty(self.size)
        np.matmul(u, self.s, out=out[:self.m])
        np.matmul(self.weighted.T, u[:, None]*self.inputs, out=out[self.m:].reshape(self.m, self.d))
        return out

    def gauss_newton(self, v):
        """c J'J v/n."""
        return self.scale*self.lift(self.push(v))

    def product(self, v):
        """H v."""
        alpha, u = self.split(v)
        if self.fits:
            return self.gauss_newton(v)
        out = self.lift(self.push(v)) if self.bent is None else self._bent_product(alpha, u)
        head, body = self.split(out)
        head += np.einsum("ij,ij->i", self.coupling, u)
        body += alpha[:, None]*self.coupling
        out *= self.scale
        return out

    def _bent_product(self, alpha, u):
        p, g, out = self.inputs @ u.T, self.s @ alpha, np.empty(self.size)
        step = max(1, BLOCK//self.m)                   # samples at once
        added = np.empty((min(step, self.samples), self.m))
        for start in range(0, self.samples, step):
            rows = slice(start, start + step)
            moved, weighted = p[rows], self.weighted[rows]
            g[rows] += np.einsum("ij,ij->i", weighted, moved)
            moved *= self.bent[rows]
            moved += np.multiply(weighted, g[rows, None], out=added[:len(moved)])
        np.matmul(g, self.s, out=out[:self.m])
        np.matmul(p.T, self.inputs, out=out[self.m:].reshape(self.m, self.d))
        return out

    @cached_property
    def gram(self):
        """X X', (n, n)."""
        return self.family.gram

    def inner(self):
        """X X' o (aD)(aD)', the part of n K/c that belongs to the input weights."""
        found = self.weighted @ self.weighted.T
        found *= self.gram
        return found

    def kernel(self, inner=None):
        if self.few:
            found = self.rows.dot(self.rows.T)
            found *= self.scale
            return found
        found = self.s @ self.s.T
        found += self.inner() if inner is None else inner
        found *= self.scale
        return found

    def jacobian(self):
        """J, (n, p): only for small n p."""
        return self.rows

    @cached_property
    def rows(self):
        m, rows = self.m, np.empty((self.samples, self.size))
        rows[:, :m] = self.s
        if self.few:                                   # runs of d numbers are too short for NumPy's loops
            np.multiply(self.weighted.repeat(self.d, 1), self.family.copies(m), out=rows[:, m:])
        else:
            np.multiply(self.weighted[:, :, None], self.inputs[:, None, :], out=rows[:, m:].reshape(-1, m, self.d))
        return rows

    def dense(self):
        """H as a (p, p) array, exactly symmetric."""
        j, m, d, p = self.rows, self.m, self.d, 8*self.size
        h = j.T.dot(j)                                 # below: views of the diagonal blocks, strides in bytes
        if self.bent is not None:
            blocks = np.ndarray((m, d, d), float, h, m*(p + 8), (d*(p + 8), p, 8))
            blocks += self._curved()
        if not self.fits:
            for start, steps in ((8*m, (p + 8*d, 8)), (m*p, (d*p + 8, p))):
                side = np.ndarray((m, d), float, h, start, steps)
                side += self.coupling
        found = h + h.T
        found *= self.scale/2
        return found

    def _curved(self):
        """The blocks A_j, (m, d, d)."""
        n, d = self.inputs.shape
        if n*d*d <= FEW:
            return self.bent.T.dot(self.family.pairs).reshape(-1, d, d)
        return np.matmul((self.bent.T[:, :, None]*self.inputs).transpose(0, 2, 1), self.inputs)

    def reduced(self):
        """(point, lift): the same curvature with inputs in their span, for d > n.

        With X = X~ Q' (thin QR) and W~ = W Q, the Hessian on span(X) is unchanged and the
        remaining m (d - n) directions are exact null vectors.  `lift` maps vectors back.
        """
        q, r = np.linalg.qr(self.inputs.T)
        small = TwoLayer(np.ascontiguousarray(r.T), self.family.targets, self.family.activation,
                         self.family.factor)
        point = TwoLayerPoint(small, self.a, self.w @ q)
        def lift(v):
            alpha, u = point.split(v)
            return np.concatenate([alpha, (u @ q.T).ravel()])
        return point, lift
