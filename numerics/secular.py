"""Networks of piecewise linear activation off interpolation: an exact n x n eigenvalue condition.

With E = 0 neuron j's block of the residual part is [[0, beta_j'], [beta_j, 0]], beta_j = c b_j/n.
For mu above every |beta_j| and M(mu) = c/n J (mu - B)^-1 J', congruence gives

    number of eigenvalues of H above mu  =  number of eigenvalues of M(mu) above 1,

M decreases in mu, and with sigma_j = mu - |beta_j|^2/mu, Y = S + aD o (X beta')/mu,

    M(mu) = c/n (X X' o (aD)(aD)'/mu + Y diag(1/sigma) Y').

So the largest eigenvalue of H, if above every |beta_j|, is the root of lambda_max(M(mu)) = 1;
its eigenvector is (mu - B)^-1 J'u.  Trial values are Rayleigh quotients, whose error is the square
of the vector's; one or two suffice: nine matrix products of size n m d in all, where Lanczos or
Davidson steps take sixteen or more.
"""

import numpy as np

from numerics.krylov import Ritz, checked, leading

STEPS = 4          # trial values; a slower case is left to the other routes


class Secular:
    """M(mu) for one point of a two-layer network with `bending` None."""

    def __init__(self, point, inner):
        self.point, self.inner = point, inner
        self.beta = point.scale*point.coupling
        self.square = np.einsum("ij,ij->i", self.beta, self.beta)
        self.floor = np.sqrt(self.square.max())*(1 + point.d*2.0**-52)
        self.cross = point.weighted*(point.inputs @ self.beta.T)

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


def rooted(point, inner, pair, accuracy):
    """The largest eigenpair by the condition above, from the kernel's leading pair, or None.

    None where the eigenvalue lies below some |beta_j|, or four steps were not enough.
    """
    u, theta, _ = pair
    secular, q = Secular(point, inner), point.lift(u)
    length = np.linalg.norm(q)
    if not length:
        return None
    alpha, w = point.split(q/length)
    mu = theta + 2*(alpha @ np.einsum("ij,ij->i", secular.beta, w))       # Rayleigh quotient of J'u
    for step in range(STEPS):
        if mu <= secular.floor:
            return None
        condition = secular.matrix(mu)
        top = leading(lambda v: condition @ v, len(u), u, 2.0**-40, len(u))
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
