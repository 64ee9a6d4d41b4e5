"""An exact n x n eigenvalue condition off interpolation, where the residual part inverts in closed form.

H = c J'J/n + B.  For mu above every eigenvalue of B and M(mu) = c/n J (mu - B)^-1 J', congruence gives

    number of eigenvalues of H above mu  =  number of eigenvalues of M(mu) above 1,

and M decreases in mu.  So the largest eigenvalue of H, if above B's, is the root of
lambda_max(M(mu)) = 1; its eigenvector is (mu - B)^-1 J'u.  Two families have such a B:

Two layers, piecewise linear (E = 0): neuron j's block of B is [[0, beta_j'], [beta_j, 0]], beta_j = c b_j/n,
with eigenvalues +-|beta_j| and 0.  With sigma_j = mu - |beta_j|^2/mu and Y = S + aD o (X beta')/mu,

    M(mu) = c/n (X X' o (aD)(aD)'/mu + Y diag(1/sigma) Y').

Diagonal linear: B = diag(k, -k), and

    M(mu) = 4 c/n X diag(u^2/(mu - k) + v^2/(mu + k)) X'.

Trial values are Rayleigh quotients, whose error is the square of the vector's; one or two
suffice: nine matrix products of size n m d in all for two layers, where Lanczos or Davidson
steps take sixteen or more.
"""

import numpy as np

from numerics.krylov import Ritz, checked, leading

STEPS = 4          # trial values; a slower case is left to the other routes


class TwoLayerCondition:
    """M(mu) for one point of a two-layer network with `bending` None; valid above `floor`."""

    def __init__(self, point):
        self.point, self.inner = point, point.inner()
        self.beta = point.scale*point.coupling
        self.square = np.einsum("ij,ij->i", self.beta, self.beta)
        self.floor = np.sqrt(self.square.max())*(1 + point.d*2.0**-52)
        self.cross = point.weighted*(point.inputs @ self.beta.T)

    def kernel(self):
        return self.point.kernel(self.inner)

    def residual_part(self, q):
        """q'Bq."""
        alpha, w = self.point.split(q)
        return 2*(alpha @ np.einsum("ij,ij->i", self.beta, w))

    def matrix(self, mu):
        """M(mu), (n, n), for mu above `floor`."""
        y = (self.point.s + self.cross/mu)/np.sqrt(mu - self.square/mu)
        found = y @ y.T
        found += self.inner/mu
        found *= self.point.scale
        return found

    def resolved(self, v, mu):
        """(mu - B)^-1 v."""
        alpha, u = self.point.split(v)
        head = (alpha + np.einsum("ij,ij->i", self.beta, u)/mu)/(mu - self.square/mu)
        return np.concatenate([head, ((u + self.beta*head[:, None])/mu).ravel()])


class DiagonalCondition:
    """M(mu) for one point of a diagonal linear network; valid above `floor`, the largest |k|."""

    def __init__(self, point):
        self.point, self.floor = point, np.abs(point.diagonal).max()

    def kernel(self):
        return self.point.kernel()

    def residual_part(self, q):
        """q'Bq."""
        return self.point.diagonal @ (q*q)

    def matrix(self, mu):
        """M(mu), (n, n), for mu above `floor`."""
        first, second = (self.point.signed**2/(mu - self.point.diagonal)).reshape(2, -1)
        root = self.point.inputs*np.sqrt(self.point.scale*(first + second))
        return root @ root.T

    def resolved(self, v, mu):
        """(mu - B)^-1 v."""
        return v/(mu - self.point.diagonal)


def condition(point):
    """The condition of a point whose residual part has a closed inverse, else None."""
    if hasattr(point, "diagonal"):
        return DiagonalCondition(point)
    return TwoLayerCondition(point) if getattr(point, "bending", 0) is None else None


def rooted(secular, pair, accuracy):
    """The largest eigenpair by the condition above, from the kernel's leading pair, or None.

    None where the eigenvalue does not lie above B's, or four steps were not enough.
    """
    u, theta, _ = pair
    point = secular.point
    q = point.lift(u)
    length = np.linalg.norm(q)
    if not length:
        return None
    mu = theta + secular.residual_part(q/length)            # Rayleigh quotient of J'u
    for step in range(STEPS):
        if mu <= secular.floor:
            return None
        matrix = secular.matrix(mu)
        top = leading(lambda v: matrix @ v, len(u), u, 2.0**-40, len(u))
        u = top.vectors[0]
        q = secular.resolved(point.lift(u), mu)
        q /= np.linalg.norm(q)
        image = checked(point.product(q), step + 1)
        rho = q @ image
        error = np.linalg.norm(image - rho*q)
        if error <= accuracy*rho:
            second = mu*top.second if top.second > 0 else -np.inf
            return Ritz(np.array([rho]), q[None], np.array([error]), step + 1, (q, image), 0, rho, second)
        mu = rho
    return None
