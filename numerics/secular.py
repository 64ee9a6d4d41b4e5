"""An exact n x n eigenvalue condition off interpolation, where the residual part inverts in closed form.

H = c J'J/n + B.  For mu above every eigenvalue of B and M(mu) = c/n J (mu - B)^-1 J', congruence gives

    number of eigenvalues of H above mu  =  number of eigenvalues of M(mu) above 1,

and M decreases in mu.  So the largest eigenvalue of H, if above B's, is the root of lambda_max(M(mu)) = 1; its
eigenvector is q = (mu - B)^-1 J'u.  For any mu and u, H q - mu q = J'(M(mu) u - u): a residual in n dimensions
bounds the one in p, and no product with H is needed.  Two families have such a B:

Two layers, piecewise linear (E = 0): neuron j's block of B is [[0, beta_j'], [beta_j, 0]], beta_j = c b_j/n,
with eigenvalues +-|beta_j| and 0.  With sigma_j = mu - |beta_j|^2/mu and Y = S + C/mu, C = aD o (X beta'),

    M(mu) = c/n (X X' o (aD)(aD)'/mu + Y diag(1/sigma) Y').

Diagonal linear: B = diag(k, -k), and

    M(mu) = 4 c/n X diag(u^2/(mu - k) + v^2/(mu + k)) X'.

beta itself is never formed: |beta_j|^2, C and q come from X X' diag(r) D, one product.  Trial values are Rayleigh
quotients, whose error is the square of the vector's; M is formed for one of them, mostly.

Rounding.  Each entry of M sums products of rows, all errors at most gamma_k of sums of moduli; a matrix of such
sums is a sum of Gram matrices, whose norm is at most its trace T.  k = 2 n + m + 2 d + 64 counts every operation.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from numerics.enclosures import TINY, gamma, norm_above
from numerics.krylov import Ritz, leading

STEPS = 12         # trial values; a slower case is left to the other routes
AGAIN = 3          # after so many of them M is formed anew; between, M u is enough
ROOM = 16          # how far below the wanted accuracy M's own residual is brought


@dataclass(frozen=True, eq=False)
class Root:
    """An eigenpair by the condition of the module's head.

    value : mu; vector : (p,), unit; residual : |H q - mu q|, rounding included;
    second : the kernel's second eigenvalue, an estimate
    """

    value: float
    vector: np.ndarray
    residual: float
    second: float

    def unbounded(self):
        """The same for a caller that measures the residual by a product."""
        return Ritz(np.array([self.value]), self.vector[None], np.array([self.residual]), 0, (np.empty(0), None), 0,
                    self.value, self.second)


class TwoLayerCondition:
    """M(mu) for one point of a two-layer network with `bending` None; valid above `floor`."""

    def __init__(self, point):
        self.point, self.inner = point, point.inner()
        n, d = point.inputs.shape
        self.pull = point.slope*(point.scale*point.residual)[:, None]        # c r_i D_ij/n, (n, m)
        through = point.gram @ self.pull if n <= 2*d else point.inputs @ (point.inputs.T @ self.pull)
        self.square = np.einsum("ij,ij->j", self.pull, through)              # |beta_j|^2
        self.reach = np.abs(self.pull).T @ point.lengths                     # at least |beta_j|
        self.depth = gamma(2*(n + d) + point.m + 64)
        self.floor = sqrt((self.square + 2*self.depth*self.reach**2).max())
        self.cross = through
        self.cross *= point.weighted

    def kernel(self):
        return self.point.kernel(self.inner)

    def start(self, u, theta):
        """The Rayleigh quotient of J'u, u an eigenvector of the kernel with value theta."""
        return theta + 2*((u @ self.point.s) @ (u @ self.cross))*self.point.scale/theta

    def matrix(self, mu):
        """M(mu), (n, n), for mu above `floor`."""
        y = self.cross*(1/mu)
        y += self.point.s
        y *= 1/np.sqrt(mu - self.square/mu)
        found = y @ y.T
        found += self.inner*(1/mu)
        found *= self.point.scale
        return found

    def _head(self, u, mu):
        """The first m entries of q, and the products beta_j'w_j, w_j = sum_i u_i a_j D_ij x_i."""
        coupled = u @ self.cross
        return (u @ self.point.s + coupled/mu)/(mu - self.square/mu), coupled

    def turned(self, u, mu):
        """M(mu) u and |q|^2, with neither M nor q."""
        head, coupled = self._head(u, mu)
        inner = self.inner @ u
        square = head @ head + (u @ inner + 2*(head @ coupled) + (head*head) @ self.square)/mu**2
        return self.point.scale*(inner/mu + self.point.s @ head + (self.cross @ head)/mu), square

    def vector(self, u, mu):
        """q = (mu - B)^-1 J'u."""
        head, _ = self._head(u, mu)
        body = self.pull*(head/mu)
        body += self.point.weighted*(u/mu)[:, None]
        return np.concatenate([head, (body.T @ self.point.inputs).ravel()])

    def rounding(self, mu):
        """Bounds for the errors of `matrix`, in norm, and of `vector` for a unit u."""
        point, sigma = self.point, mu - self.square/mu - 2*self.depth*self.reach**2/mu
        body = point.squared_lengths @ (point.weighted*point.weighted)
        moduli = 2*(np.einsum("ij,ij->j", point.s, point.s) + body*(self.reach/mu)**2)     # at least sum_i Y_ij^2
        strain = 2*self.depth*(1 + (self.reach**2/(mu*sigma)).max())
        head, width = sqrt((moduli/sigma**2).sum()), self.reach.max()/mu
        return (strain*point.scale*(body.sum()/mu + (moduli/sigma).sum()),
                strain*(head*(1 + 2*width) + sqrt(body.sum())/mu))

    shift = 0.0


class DiagonalCondition:
    """M(mu) for one point of a diagonal linear network; valid above `floor`, the largest |k|."""

    def __init__(self, point):
        self.point, self.floor = point, np.abs(point.diagonal).max()
        moduli = 2*point.scale*(np.abs(point.residual) @ np.abs(point.inputs)).max()
        self.depth = gamma(point.samples + point.d + 64)
        self.shift = self.depth*moduli                      # what computing k rounded off

    def kernel(self):
        return self.point.kernel()

    def start(self, u, theta):
        """The Rayleigh quotient of J'u, u an eigenvector of the kernel with value theta."""
        q = self.point.lift(u)
        return theta + self.point.diagonal @ (q*q)*self.point.scale/theta

    def _root(self, mu):
        first, second = (self.point.signed**2/(mu - self.point.diagonal)).reshape(2, -1)
        return self.point.inputs*np.sqrt(self.point.scale*(first + second))

    def matrix(self, mu):
        """M(mu), (n, n), for mu above `floor`."""
        root = self._root(mu)
        return root @ root.T

    def turned(self, u, mu):
        """M(mu) u and |q|^2."""
        root, q = self._root(mu), self.vector(u, mu)
        return root @ (u @ root), q @ q

    def vector(self, u, mu):
        """q = (mu - B)^-1 J'u."""
        return self.point.lift(u)/(mu - self.point.diagonal)

    def rounding(self, mu):
        """Bounds for the errors of `matrix`, in norm, and of `vector` for a unit u."""
        root = self._root(mu)
        return (2*self.depth*np.vdot(root, root),
                2*self.depth*sqrt(self.point.kernel_trace/self.point.scale)/(mu - self.floor))


def condition(point):
    """The condition of a point whose residual part has a closed inverse, else None."""
    if hasattr(point, "diagonal"):
        return DiagonalCondition(point)
    return TwoLayerCondition(point) if getattr(point, "bending", 0) is None else None


def rooted(secular, kernel, pair, accuracy):
    """`Root` by the condition above, from the kernel's leading pair, or None.

    None where the eigenvalue does not lie above B's, or its residual is not brought below accuracy * mu.

    Error   `residual` is a proved bound for the arrays s(Z), s'(Z), X, a and r (or X, u, v, r), taken as exact:
            some eigenvalue lies that near
    Cost    two layers: n^2 (d + 2 m) and min(2 n^2, 4 n d) m once, n^2 m where M is formed, 2 n m d for the vector
    """
    u, theta, second = pair
    scale, size = secular.point.scale, norm_above(kernel) + secular.point.kernel_rounding()
    mu = secular.start(u, theta) if theta > 0 else 0.0
    for step in range(STEPS):
        if not mu > secular.floor:
            return None
        if step % AGAIN == 0:
            matrix = secular.matrix(mu)
            u = leading(matrix.dot, len(u), u, accuracy/ROOM, len(u)).vectors[0]
        image, square = secular.turned(u, mu)
        missed = np.linalg.norm(image - u)
        if missed*sqrt(size/scale) <= accuracy*mu*sqrt(square)/2:
            return _proved(secular, u, mu, missed, size, accuracy, second)
        mu += (image @ image - u @ image)/(scale*square)            # the Rayleigh quotient of q
        u = image/np.linalg.norm(image)
    return None


def _proved(secular, u, mu, missed, size, accuracy, second):
    """`Root` with the residual of the module's head: |J'(M u - u)|, what M and q rounded off, and B."""
    q = secular.vector(u, mu)
    length = sqrt(q.dot(q))
    matrix, vector = secular.rounding(mu)
    left = sqrt(size/secular.point.scale)*(missed*(1 + 2.0**-20) + 2*matrix) + (size + secular.floor + mu)*vector
    residual = left/length*(1 + 2.0**-20) + secular.shift + TINY
    q /= length
    return Root(mu, q, residual, second) if residual <= accuracy*mu else None
