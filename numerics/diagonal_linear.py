"""Diagonal linear networks: f(x) = x.(u o u - v o v), L = factor/n sum_i (f(x_i) - y_i)^2, c = 2 factor."""

from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numerics.reals import finite, scale


@dataclass(frozen=True, eq=False)
class DiagonalLinear:
    """f(x) = x.(u o u - v o v) on inputs (n, d), targets (n,); theta = (u, v), shape (2 d,)."""

    inputs: np.ndarray
    targets: np.ndarray
    factor: float

    def __post_init__(self):
        object.__setattr__(self, "inputs", finite("inputs", self.inputs, 2))
        object.__setattr__(self, "targets", finite("targets", self.targets, 1))
        object.__setattr__(self, "factor", scale("factor", self.factor))
        if len(self.inputs) != len(self.targets) or not len(self.inputs):
            raise ValueError(f"{len(self.inputs)} inputs but {len(self.targets)} targets")

    def value(self, theta):
        return self.at(theta).value

    def at(self, theta):
        """The curvature at theta = (u, v)."""
        theta = finite("theta", theta, 1)
        if len(theta) != 2*self.inputs.shape[1]:
            raise ValueError(f"theta must have 2 d = {2*self.inputs.shape[1]} entries, not {len(theta)}")
        return DiagonalPoint(self, theta)


class DiagonalPoint:
    """H = c/n J'J + diag(k, -k), J = 2 (X diag u, -X diag v), k = 2 c X'r/n.

    Members as for `TwoLayerPoint`.  Cost of a product 4 n d operations.
    """

    arrays = "the Hessian of X, u, v and r as rounded"

    def __init__(self, family, theta):
        self.family, self.inputs = family, family.inputs
        self.samples, self.d = self.inputs.shape
        self.size, self.scale = 2*self.d, 2*family.factor/self.samples
        self.u, self.v = theta[:self.d], theta[self.d:]
        self.signed = 2*np.concatenate([self.u, -self.v])
        self.residual = self.inputs @ (self.u**2 - self.v**2) - family.targets
        self.value = family.factor*(self.residual @ self.residual)/self.samples

    @cached_property
    def diagonal(self):
        """The residual part's diagonal (k, -k), (p,)."""
        k = 2*self.scale*(self.residual @ self.inputs)
        return np.concatenate([k, -k])

    @cached_property
    def gradient(self):
        return self.scale*self.lift(self.residual)

    @cached_property
    def bend(self):
        bound = 2*self.scale*(np.abs(self.residual) @ np.abs(self.inputs)).max()
        return bound*(1 + (self.samples + 4)*2.0**-52)

    @property
    def work(self):
        """Operations for the kernel and for one product."""
        return self.samples**2*self.d, 4*self.samples*self.d

    def push(self, q):
        moved = self.signed*q
        return self.inputs @ (moved[:self.d] + moved[self.d:])

    def lift(self, u):
        back = u @ self.inputs
        return self.signed*np.concatenate([back, back])

    def gauss_newton(self, q):
        return self.scale*self.lift(self.push(q))

    def product(self, q):
        return self.gauss_newton(q) + self.diagonal*q

    def jacobian(self):
        return np.hstack([self.inputs, self.inputs])*self.signed

    @cached_property
    def root(self):
        return self.inputs*np.sqrt(self.scale*4*(self.u**2 + self.v**2))

    def kernel(self):
        root = self.root
        return root @ root.T

    def kernel_rounding(self):
        """How far `kernel()` is from the exact kernel of X, u, v as rounded, at most, in norm.

        An entry is off by gamma_k |row_i||row_j|, k = d + 16: in norm by at most gamma_k times the trace.
        """
        return 2*(self.d + 16)*2.0**-53*self.kernel_trace

    @cached_property
    def kernel_trace(self):
        """tr K, which bounds c/n |J|_F^2 from above with room for its own rounding."""
        return float(np.vdot(self.root, self.root))*(1 + 2.0**-20)

    def dense(self):
        j = self.jacobian()
        h = self.scale*(j.T @ j) + np.diag(self.diagonal)
        return (h + h.T)/2

    def trace(self):
        """tr H = 4 c/n sum_k |X_k|^2 (u_k^2 + v_k^2): the residual part cancels."""
        return 4*self.scale*(np.einsum("ij,ij->j", self.inputs, self.inputs) @ (self.u**2 + self.v**2))

    def frobenius(self):
        """|H|_F from |K|_F and the diagonals; cost n^2 d (or n d^2, whichever is less)."""
        weight = np.concatenate([self.u**2, self.v**2])
        columns = np.einsum("ij,ij->j", self.inputs, self.inputs)
        diagonal = 4*self.scale*weight*np.concatenate([columns, columns])
        if self.samples <= self.d:
            square = np.sum(self.kernel()**2)
        else:
            root = np.sqrt(self.u**2 + self.v**2)
            square = np.sum((4*self.scale*(self.inputs.T @ self.inputs)*np.outer(root, root))**2)
        total = square + 2*(diagonal @ self.diagonal) + self.diagonal @ self.diagonal
        return np.sqrt(max(total, 0.0))

    @property
    def depths(self):
        """Roundings that one term of `trace`, and of the square of `frobenius`, meets at most."""
        k = 2*self.samples + self.size + 24
        return {"trace": k, "frobenius": self.size**2 + self.samples**2 + k}

    def absolute(self):
        """The point whose arrays are the moduli of this one's: its formulas are sums of moduli."""
        other = copy(self)
        for name in ("root", "kernel_trace"):
            other.__dict__.pop(name, None)
        for name in ("inputs", "u", "v", "signed", "residual"):
            setattr(other, name, np.abs(getattr(self, name)))
        other.diagonal = 2*self.scale*np.tile(other.residual @ other.inputs, 2)
        return other

    def cubic(self, q):
        qu, qv = q[:self.d], q[self.d:]
        g, h = self.push(q), 2*self.inputs @ (qu**2 - qv**2)
        back = g @ self.inputs
        return self.scale*(np.concatenate([4*qu*back, -4*qv*back]) + self.lift(h))
