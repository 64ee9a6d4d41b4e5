"""Deep linear networks and matrix factorisation, with curvature in closed form (c = 2 factor).

    deep linear  f(x) = W_L ... W_1 x,             L = factor/n sum_i |f(x_i) - y_i|^2
    factors      L = factor |U V' - M|_F^2

The loss sees the data only through C = X'X/n and Y'X/n, so one product costs nothing in n.
"""

from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from numerics.reading import listed, whole
from numerics.reals import finite, scale


@dataclass(frozen=True, eq=False)
class DeepLinear:
    """f(x) = W_L ... W_1 x on inputs (n, w_0) and targets (n, w_L), with squared loss.

    widths : (w_0, ..., w_L); theta holds W_1, ..., W_L row by row, W_l of shape (w_l, w_(l-1))
    """

    inputs: np.ndarray
    targets: np.ndarray
    widths: tuple[int, ...]
    factor: float

    def __post_init__(self):
        object.__setattr__(self, "inputs", finite("inputs", self.inputs, 2))
        object.__setattr__(self, "targets", finite("targets", self.targets, 2))
        object.__setattr__(self, "widths", tuple(whole("width", one, 1) for one in listed("widths", self.widths)))
        object.__setattr__(self, "factor", scale("factor", self.factor))
        ends = (self.inputs.shape[1], self.targets.shape[1])
        if len(self.inputs) != len(self.targets) or not len(self.inputs):
            raise ValueError(f"{len(self.inputs)} inputs but {len(self.targets)} targets")
        if len(self.widths) < 2 or (self.widths[0], self.widths[-1]) != ends:
            raise ValueError(f"widths {self.widths} must run from {ends[0]} inputs to {ends[1]} outputs")

    @cached_property
    def moments(self):
        """C = X'X/n, Y'X/n and |Y|^2/n: all that the loss keeps of the data."""
        n = len(self.inputs)
        return (self.inputs.T @ self.inputs/n, self.targets.T @ self.inputs/n,
                np.vdot(self.targets, self.targets)/n)

    def value(self, theta):
        return self.at(theta).value

    def at(self, theta):
        """The curvature at theta."""
        return DeepPoint(self.moments, layers(theta, self.widths), 2*self.factor, self.inputs)


@dataclass(frozen=True, eq=False)
class Factorisation:
    """L = factor |U V' - M|_F^2 for a target M (a, b); theta = (V', U) as layers b -> k -> a.

    In the order of `DeepLinear`: first V' (k, b) row by row, then U (a, k).  `pack(U, V)` does it.
    """

    target: np.ndarray
    rank: int
    factor: float

    def __post_init__(self):
        object.__setattr__(self, "target", finite("target", self.target, 2))
        object.__setattr__(self, "rank", whole("rank", self.rank, 1))
        object.__setattr__(self, "factor", scale("factor", self.factor))
        if not self.target.size:
            raise ValueError(f"the target has no entries: its shape is {self.target.shape}")

    def pack(self, u, v):
        """theta of the factors U (a, k) and V (b, k)."""
        u, v = finite("u", u, 2), finite("v", v, 2)
        if (u.shape, v.shape) != tuple((size, self.rank) for size in self.target.shape):
            raise ValueError(f"U of shape {u.shape} and V of shape {v.shape} do not fit a target of shape {self.target.shape}: "
                             f"each needs {self.rank} columns")
        return np.concatenate([v.T.ravel(), u.ravel()])

    def value(self, theta):
        return self.at(theta).value

    def at(self, theta):
        a, b = self.target.shape
        moments = np.eye(b), self.target, np.vdot(self.target, self.target)
        return DeepPoint(moments, layers(theta, (b, self.rank, a)), 2*self.factor)


def layers(theta, widths):
    """theta cut into its matrices W_1, ..., W_L."""
    theta, shapes = finite("theta", theta, 1), list(zip(widths[1:], widths[:-1]))
    ends = np.cumsum([a*b for a, b in shapes])
    if len(theta) != ends[-1]:
        raise ValueError(f"widths {tuple(widths)} need {ends[-1]} parameters, not {len(theta)}")
    return [part.reshape(shape) for part, shape in zip(np.split(theta, ends[:-1]), shapes)]


class DeepPoint:
    """Curvature of W_L ... W_1 against moments C, Y'X/n.

    With A_l = W_L ... W_(l+1), B_l = W_(l-1) ... W_1, R = W_L ... W_1 C - Y'X/n the gradient
    in W_l is c A_l' R B_l'; a product moves A, B and R at once.  Cost independent of n.
    """

    def __init__(self, moments, weights, scale, inputs=None):
        self.second, self.cross, self.energy = moments
        self.weights, self.scale, self.inputs = weights, scale, inputs             # inputs None: C = I
        self.size = sum(w.size for w in weights)
        identity = np.eye(self.second.shape[0])
        self.before = [identity]
        for w in weights[:-1]:
            self.before.append(w @ self.before[-1])
        self.after = [np.eye(weights[-1].shape[0])]
        for w in weights[:0:-1]:
            self.after.insert(0, self.after[0] @ w)
        self.map = weights[-1] @ self.before[-1]
        self.misfit = self.map @ self.second - self.cross

    @cached_property
    def value(self):
        return self.scale/2*(np.vdot(self.map @ self.second - 2*self.cross, self.map) + self.energy)

    @cached_property
    def gradient(self):
        return self._pack([a.T @ self.misfit @ b.T for a, b in zip(self.after, self.before)])

    @cached_property
    def bend(self):
        """Norm of H - c J'J/n: at most c |R| times the norms of the layers left out, pair by pair."""
        norms = [np.linalg.norm(w) for w in self.weights]
        most = max((sum(np.prod(norms[:i] + norms[i + 1:j] + norms[j + 1:]) for j in range(len(norms)) if j > i)
                    + sum(np.prod(norms[:j] + norms[j + 1:i] + norms[i + 1:]) for j in range(i)))
                   for i in range(len(norms)))
        return self.scale*np.linalg.norm(self.misfit)*most*(1 + (self.size + 8*len(norms))*2.0**-52)

    def split(self, v):
        ends = np.cumsum([w.size for w in self.weights])[:-1]
        return [part.reshape(w.shape) for part, w in zip(np.split(v, ends), self.weights)]

    def _pack(self, blocks):
        return self.scale*np.concatenate([block.ravel() for block in blocks])

    def _moved(self, directions):
        """First-order changes of every B_l, every A_l, and of the map."""
        before = [np.zeros_like(self.before[0])]
        for w, v, b in zip(self.weights, directions, self.before):
            before.append(w @ before[-1] + v @ b)
        after = [np.zeros_like(self.after[-1])]
        for w, v, a in zip(self.weights[:0:-1], directions[:0:-1], self.after[:0:-1]):
            after.insert(0, after[0] @ w + a @ v)
        return before[:-1], after, before[-1]

    def product(self, v):
        before, after, change = self._moved(self.split(v))
        pushed = change @ self.second
        return self._pack([a.T @ pushed @ b.T + (da.T @ self.misfit @ b.T + a.T @ self.misfit @ db.T)
                           for a, b, da, db in zip(self.after, self.before, after, before)])

    def gauss_newton(self, v):
        pushed = self._moved(self.split(v))[2] @ self.second
        return self._pack([a.T @ pushed @ b.T for a, b in zip(self.after, self.before)])

    @cached_property
    def root(self):
        """A root C = R'R with as many rows as inputs, from the eigendecomposition of C."""
        values, vectors = np.linalg.eigh(self.second)
        return np.sqrt(np.maximum(values, 0))[:, None]*vectors.T

    @property
    def samples(self):
        """Rows of the kernel: outputs times inputs."""
        return self.map.size

    @property
    def work(self):
        """Operations for the kernel and for one product."""
        a, b = self.map.shape
        return len(self.weights)*(a*b)**2, 12*sum(w.size for w in self.weights)*max(a, b)

    def push(self, v):
        """J v with rows (output, root of C): J'J is the Gauss-Newton matrix over c."""
        return (self._moved(self.split(v))[2] @ self.root.T).ravel()

    def lift(self, u):
        pushed = u.reshape(self.map.shape) @ self.root
        return np.concatenate([(a.T @ pushed @ b.T).ravel() for a, b in zip(self.after, self.before)])

    def kernel(self):
        """c sum_l (A_l A_l') kron (R B_l' B_l R'), of size outputs times inputs."""
        parts = ((a @ a.T, (b @ self.root.T).T @ (b @ self.root.T)) for a, b in zip(self.after, self.before))
        return self.scale*reduce(np.add, (np.kron(*pair) for pair in parts))

    def dense(self):
        h = np.array([self.product(e) for e in np.eye(self.size)])
        return (h + h.T)/2

    def trace(self):
        """tr H = c sum_l |A_l|^2 tr(B_l C B_l'), at every point: f is affine in each layer."""
        return self.scale*sum(np.vdot(a, a)*np.vdot(b @ self.second, b)
                              for a, b in zip(self.after, self.before))

    def frobenius(self):
        return float(np.linalg.norm(self.dense()))

    @property
    def depths(self):
        """Roundings that one term of `trace`, and of the square of `frobenius`, meets at most."""
        k = 4*sum(sum(w.shape) for w in self.weights) + self.second.size + 24
        return {"trace": k, "frobenius": self.size**2 + k}

    def absolute(self):
        """The network with the moduli of all weights and moments: its formulas are sums of moduli."""
        moments = np.abs(self.second), -np.abs(self.cross), self.energy
        return DeepPoint(moments, [np.abs(w) for w in self.weights], self.scale)

    def cubic(self, q):
        """sum_jk L_ijk q_j q_k: second-order change of the gradient along q."""
        blocks = self.split(q)
        before, after, change = self._moved(blocks)
        twice_before, twice_after = [np.zeros_like(self.before[0])], [np.zeros_like(self.after[-1])]
        for w, v, db in zip(self.weights, blocks, before):
            twice_before.append(w @ twice_before[-1] + 2*v @ db)
        for w, v, da in zip(self.weights[:0:-1], blocks[:0:-1], after[:0:-1]):
            twice_after.insert(0, twice_after[0] @ w + 2*da @ v)
        pushed, bent = change @ self.second, twice_before[-1] @ self.second
        return self._pack([
            a.T @ bent @ b.T + dda.T @ self.misfit @ b.T + a.T @ self.misfit @ ddb.T
            + 2*(da.T @ pushed @ b.T + a.T @ pushed @ db.T + da.T @ self.misfit @ db.T)
            for a, b, da, db, dda, ddb in zip(self.after, self.before, after, before,
                                              twice_after, twice_before)])
