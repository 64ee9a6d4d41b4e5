"""Closed formulas for two-layer networks: trace, Frobenius norm, third derivatives, and bounds in norm.

The arrays are those of `numerics.two_layer`: S, D, E, T (n, m), r, a, X, with c = 2 factor.
"""

from copy import copy
from dataclasses import replace
from functools import cached_property

import numpy as np

from numerics.enclosures import squared_norm

LEAST = 2.0**-75           # products of up to 13 numbers of this size are normal: an underflow is below their rounding


class TwoLayerForms:
    """What a point of a two-layer network knows besides its products; mixed into `TwoLayerPoint`."""

    @cached_property
    def bend(self):
        """c/n max_j |B_j|, |B_j| <= (|A_j| + sqrt(|A_j|^2 + 4 |b_j|^2))/2.

        |A_j| is at most sum_i |c_i| |x_i|^2 and at most max_i |c_i| |X|^2, c_i = r_i E_ij a_j.
        """
        if self.fits:
            return 0.0
        grown, r = 1 + (self.samples**2 + self.d + 64)*2.0**-52, np.abs(self.residual)
        if r.max() <= 2.0**-40:                        # as good as interpolation: the triangle inequality
            bound = np.abs(self.slope).T @ (r*self.lengths)
            if self.bending is not None:
                bound += np.abs(self.a)*(np.abs(self.bending).T @ (r*self.lengths**2))
            return self.scale*bound.max()*grown
        side = np.linalg.norm(self.coupling, axis=1) + (
            self.samples*2.0**-52*(np.abs(self.slope).T @ (r*self.lengths)))
        if self.bending is None:
            return self.scale*side.max()*grown
        each = np.abs(self.bent)
        inner = np.minimum(each.T @ self.lengths**2, each.max(axis=0)*squared_norm(self.inputs))
        return self.scale*((inner + np.hypot(inner, 2*side))/2).max()*grown

    def kernel_rounding(self):
        """How far `kernel()` is from the exact kernel of s(Z), s'(Z), X, a as rounded, at most, in norm.

        An entry is off by gamma_k (|s_i||s_k| + |x_i||x_k||w_i||w_k|), k = d + m + 8 (p + 8 where J is formed), rows
        w_i of aD: in norm by at most gamma_k times the kernel's trace.
        """
        k = (self.size if self.few else self.d + self.m) + 8
        return 2*k*2.0**-53*self.kernel_trace

    @cached_property
    def kernel_trace(self):
        """tr K, which bounds c/n |J|_F^2 from above with room for its own rounding."""
        if self.few:
            entries = self.rows.reshape(-1)
            squares = entries.dot(entries)
        else:
            squares = np.vdot(self.s, self.s) + self.squared_lengths @ np.einsum("ij,ij->i", self.weighted, self.weighted)
        return float(self.scale*squares)*(1 + 2.0**-20)

    def trace(self):
        """tr H = c/n (|S|^2 + sum_i |x_i|^2 (sum_j a_j^2 D_ij^2 + r_i a_j E_ij)); cost n (m + d)."""
        square = self.squared_lengths
        inner = np.einsum("ij,ij->i", self.weighted, self.weighted)
        if self.bent is not None:
            inner += self.bent.sum(axis=1)
        return self.scale*(np.vdot(self.s, self.s) + square @ inner)

    def frobenius(self):
        """|H|_F = c/n sqrt(|JJ'|^2 + 2 1'M r + r'Q r), with n x n matrices only.

        M_ik = J_i Hess f_k J_i' and Q_ik = <Hess f_i, Hess f_k>.  Cost n^2 (2 d + 5 m).
        """
        r, gram = self.residual, self.gram
        kernel = self.kernel()/self.scale
        once = 2*(self.s*self.weighted) @ self.slope.T
        pair = 2*(self.slope @ self.slope.T)
        if self.bending is not None:
            once += gram*((self.slope**2*self.a**3) @ self.bending.T)
            pair += gram*((self.bending*self.a**2) @ self.bending.T)
        total = np.vdot(kernel, kernel) + 2*((gram*once) @ r).sum() + r @ (gram*pair) @ r
        return self.scale*np.sqrt(max(total, 0.0))

    @property
    def depths(self):
        """Roundings that one term of `trace`, and of the square of `frobenius`, meets at most."""
        k = 2*(self.samples + self.m + self.d) + 24
        return {"trace": k, "frobenius": self.samples**2 + k}

    def absolute(self):
        """The point whose arrays are the moduli of this one's, raised to `LEAST`: its formulas bound sums of moduli."""
        other = copy(self)
        for name in ("bent", "coupling", "rows", "kernel_trace", "gram", "squared_lengths", "lengths"):
            other.__dict__.pop(name, None)
        for name in ("s", "slope", "bending", "a", "residual"):
            value = getattr(self, name)
            setattr(other, name, None if value is None else _raised(value))
        other.weighted, other.scale = other.slope*other.a, max(self.scale, LEAST)
        other.family = replace(self.family, inputs=_raised(self.inputs))
        other.inputs = other.family.inputs
        return other

    def cubic(self, q):
        """sum_jk L_ijk q_j q_k, (p,): for a unit eigenvector of a simple eigenvalue, its gradient."""
        alpha, u = self.split(q)
        p, r = self.inputs @ u.T, self.residual[:, None]
        moved = self.slope*p
        g = self.s @ alpha + moved @ self.a
        h = 2*(moved @ alpha)
        body = self.slope*(2*g[:, None]*alpha)
        if self.bending is not None:
            swing = self.bending*p
            h += np.einsum("ij,ij->i", swing*p, np.broadcast_to(self.a, p.shape))
            body += swing*(2*g[:, None]*self.a + 2*r*alpha) + self.a*r*self.twist*p*p
        body += self.weighted*h[:, None]
        head = 2*(g @ moved) + h @ self.s
        if self.bending is not None:
            head += self.residual @ (swing*p)
        return self.scale*np.concatenate([head, (body.T @ self.inputs).ravel()])


def _raised(array):
    return np.where(array, np.maximum(np.abs(array), LEAST), 0.0)
