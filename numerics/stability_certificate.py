"""Bounds of the largest curvature Lambda_p proved in double precision, rounding included.

Let C(S) = (HS + SH)/2 and D(S) = (1 - p) HSH + p mean_i H_i S H_i.  For symmetric S with <Z, D(S)> >= 0 for
every positive semidefinite Z,

    <S, D S>/<S, C S>  <=  Lambda_p,   and   L C(S) - D(S) > 0   implies   Lambda_p <= L:

with Z >= 0 an eigenmatrix, 0 < <Z, L C(S) - D(S)> = (L - Lambda_p) <C Z, S>, and Lambda_p <C Z, S> = <Z, D(S)> >= 0.
Any S > 0 serves; for p = 1 and one output <Z, D(S)> is the mean of (y_i'Z y_i)(y_i'S y_i), so that
y_i'S y_i >= 0 is enough.  S comes from the solver, and only these facts are proved, for rows Y of doubles: the
gradients as given, or rows with nearly the same kernel, whose Lambda_p is near by `numerics.stability_kernel`.  The
budget of rounding, in norms, is proved step by step in reports/decisions/0031-verified-cholesky.md.
"""

from dataclasses import dataclass

import numpy as np

from numerics.cholesky import (ROUNDING, SLACK, TINY, depth, gamma, gram, norm, norm_at_most, positive_definite,
                               product)
from numerics.stability_kernel import framed
from numerics.stability_operator import Diagonalised
from numerics.stability_solve import largest

FIRST_WIDTH = 1024*ROUNDING   # times the roundings of a typical number: effort, where to try first
WIDEST = 2.0**-8
NARROW = 2.0**-27             # effort: bounds wider than this are tried again without the least directions of H,
DROPPED = (2.0**-29, 2.0**-22, 2.0**-15)   # which moves Lambda_p by about these shares


def certified(rows, problem, basis, solution, sampling):
    """Proved bounds lower <= Lambda_p <= upper for samples given exactly by the doubles in `rows`.

    rows : (m k, d) array, at most 2 in size, or `Rows` with at least as many rows as columns; problem, basis : as
    `diagonalised` or `streamed` return them; solution : as `largest` returns it; sampling : the exact p, a Fraction

    Returns  (lower, upper), or None where no attempt up to relative width 2^-8 succeeds
    Error    none: rigorous, see the module
    Cost     per attempt about 4 m k r^2 + r^3 operations (p = 1), usually one attempt; 4 d^3 more where the rows
             span the parameters, else what `framed` costs; where H's condition is beyond about 1e9, as much as the
             value again for each of `DROPPED` that is needed, mostly one
    """
    frame = framed(rows, problem, basis)
    found = proved(frame, basis if frame.rows is rows else None, problem, solution, sampling)
    for share in DROPPED:
        if _width(found) > max(NARROW, share):
            found = min(found, _without_the_least(rows, problem, basis, solution.value, sampling, share), key=_width)
    return found


def _width(bounds):
    return np.inf if bounds is None else bounds[1]/bounds[0] - 1


def _without_the_least(rows, problem, basis, value, sampling, share):
    """The bounds by the directions of H that are not small: leaving the others out moves Lambda_p by about `share`, or None."""
    kept = 2*float(sampling + (1 - sampling)/problem.count)*problem.count*problem.curvatures > share*value
    if kept.all() or not kept.any():
        return None
    frame = framed(rows, problem, basis, kept)
    short = Diagonalised(problem.curvatures[kept], frame.rows, problem.outputs, problem.count)
    return proved(frame, None, short, largest(short, float(sampling)), sampling)


def proved(frame, turn, problem, solution, sampling):
    """The bounds for all samples whose kernel is as near the frame's as its `distance` says, or None.

    turn : the eigenbasis of H in the frame's coordinates, None for the unit matrix; the rest as `certified` takes it
    """
    sizes, width = Sizes.of(frame, problem), _first_width(frame.shape)
    while width <= WIDEST:
        bound = solution.value*(1 + width)
        witness = solution.witness(bound)
        attempt = Attempt(frame, sizes, problem, turned_moment(witness, turn), sampling, bound)
        if attempt.proves():
            return widened(attempt.lower(), bound, frame.drift(problem.count, sampling))
        # L C(S) - D(S) is I before the scaling of S, and I grows as the width; the shift takes twice the error.
        width *= float(np.clip(4*attempt.error*np.abs(witness).max(), 2, 64))
    return None


def widened(least, bound, drift):
    """The bounds moved outward by `drift`, or None if nothing positive is left."""
    least = (least - drift)*(1 - 4*ROUNDING)
    return (least, (bound + drift)*(1 + 4*ROUNDING)) if least > 0 else None


def _first_width(shape):
    return FIRST_WIDTH*(depth(max(shape)) + 2*min(shape))


def turned_moment(moment, basis):
    """The witness in the frame's coordinates, symmetric, largest entry 1."""
    moment = moment if basis is None else basis @ moment @ basis.T
    return (moment + moment.T)/2/np.abs(moment).max()


def estimated(problem, solution, p):
    """Bounds of Lambda_p by the same two facts in H's eigenbasis, rounding left out.

    Returns  (lower, upper), floats; upper is infinite if no relative width up to 2^-8 serves
    Error    numerical: the computed curvatures and coordinates are taken as exact
    """
    width = _first_width(problem.shape)
    while width <= WIDEST:
        bound = solution.value*(1 + width)
        moment = turned_moment(solution.witness(bound), None)
        rest = bound*problem.halves*moment - problem.moved(moment, p)
        if positive_definite((rest + rest.T)/2, 0.0) and positive_definite(moment, 0.0):
            return solution.value*(1 - width), bound
        width *= 8
    return solution.value*(1 - width), np.inf


@dataclass(frozen=True)
class Sizes:
    """Norms of a frame's rows, all bounds from above: of Y, of each sample, and of H = Y'Y/n."""
    hessian: np.ndarray         # as computed
    hessian_error: float        # Frobenius
    top: float                  # |H|
    length: float               # |Y|_F
    samples: np.ndarray         # |Y_i|_F

    @classmethod
    def of(cls, frame, problem):
        n, k = problem.count, problem.outputs
        count, total, samples = frame.shape[0], frame.square, np.empty(frame.shape[0]//k)
        for part, rows in frame.blocks(k):
            samples[part.start//k:part.stop//k] = _lengths(rows, k)
            if frame.square is None:
                total = gram(rows) if total is None else total + gram(rows)
        hessian, length = total/n, norm(samples)
        hessian_error = SLACK*gamma(depth(count) + 10)*length**2/n + TINY      # blocks add at most ten roundings
        return cls(hessian, hessian_error, norm_at_most(hessian, hessian_error, float(problem.curvatures[-1])),
                   length, samples)


class Attempt:
    """One S: V = YS row by row, B_i = V_i Y_i' (k x k), T_i = L V_i - p B_i Y_i, P = Y'V/n = HS, and

        L C(S) - D(S)  =  symmetric part of  Y'T/n - (1 - p) P H.

    matrix, error : that as computed, and a bound of its error in spectral norm
    """

    def __init__(self, frame, sizes, problem, moment, sampling, bound):
        self.frame, self.sizes, self.moment, self.bound = frame, sizes, moment, bound
        self.count, self.outputs = problem.count, problem.outputs
        self.single, self.full = float(sampling), float(1 - sampling)      # each within one rounding
        self.spread = SLACK*np.abs(moment).sum(axis=1).max()               # at least the norm of |S|
        self._sum_over_samples()
        self._bound_errors()
        self._assemble()

    def _sum_over_samples(self):
        """One pass over the rows: Y'T and Y'V, every sample's B, and the squares of its V, B and T."""
        frame, k, width = self.frame, self.outputs, self.frame.shape[1]
        self.turned = np.zeros((width, width), order="F")
        self.image = np.zeros((width, width), order="F") if self.full else None
        self.forms = np.empty((frame.shape[0]//k, k, k))
        self.image_squares, self.turned_squares = np.empty((2, frame.shape[0]//k))
        for part, rows in frame.blocks(k):
            here = slice(part.start//k, part.stop//k)
            images = product(self.moment, rows.T).T                        # S is symmetric; C order like the rows
            if self.full:
                product(rows.T, images, self.image)
            self.forms[here], self.image_squares[here] = _pairs(images, rows, k), _squares(images, k)
            images *= self.bound
            images -= _weighted(self.single*self.forms[here], rows, k)
            self.turned_squares[here] = _squares(images, k)
            product(rows.T, images, self.turned)

    def _bound_errors(self):
        sizes, width, k = self.sizes, self.frame.shape[1], self.outputs
        rounding, direct = gamma(depth(width)), gamma(width)
        above = 1 + gamma(width*k + k*k + 4)                                # of the sums of squares
        self.image_lengths = SLACK*np.sqrt(above*self.image_squares + TINY)
        self.form_squares = np.einsum("iab,iab->i", self.forms, self.forms)
        self.form_lengths = SLACK*np.sqrt(above*self.form_squares + TINY)
        self.images_norm, self.turned_norm = norm(self.image_lengths), norm(SLACK*np.sqrt(above*self.turned_squares))
        self.images_error = SLACK*self.spread*rounding*sizes.length + TINY
        self.form_errors = SLACK*(self.spread*rounding*sizes.samples**2
                                  + direct*self.image_lengths*sizes.samples) + TINY

    def _assemble(self):
        """bound*C(S) - D(S) as computed, and a bound of its error."""
        matrix, error = self.turned/self.count, self._error()
        if self.full:
            self.image /= self.count
            self.image_error = self._image_error()
            matrix -= self.full*product(self.image, self.sizes.hessian)
            error += self._curved_error()
        matrix = (matrix + matrix.T)/2
        self.matrix, self.error = matrix, SLACK*(error + 8*ROUNDING*norm(matrix))

    def _error(self):
        """|Y'T/n as computed - as defined| in spectral norm."""
        sizes, n, bound = self.sizes, self.count, self.bound
        root = np.sqrt(sizes.top/n)                                        # at least |Y|/n
        weighted = self.single*self.form_lengths
        local = norm(gamma(self.outputs + 6)*(bound*self.image_lengths + weighted*sizes.samples))
        last = (gamma(depth(self.frame.shape[0]) + 1)*sizes.length)*self.turned_norm/n
        return SLACK*(bound*root*self.images_error + self.single*sizes.top*self.form_errors.max()
                      + root*local + last) + TINY

    def _image_error(self):
        """Of P = HS, Frobenius."""
        sizes, n = self.sizes, self.count
        last = (gamma(depth(self.frame.shape[0]) + 1)*sizes.length)*self.images_norm/n
        return SLACK*(np.sqrt(sizes.top/n)*self.images_error + last) + TINY

    def _curved_error(self):
        sizes, size = self.sizes, norm(self.image)
        return SLACK*(self.image_error*sizes.top + size*sizes.hessian_error
                      + gamma(depth(len(self.image)) + 4)*size*norm(sizes.hessian)) + TINY

    def proves(self):
        """Whether bound*C(S) - D(S) > 0, and <Z, D(S)> >= 0 for every Z >= 0, are proved."""
        return positive_definite(self.matrix, SLACK*self.error) and (
            self._forms_are_positive() or positive_definite(self.moment, 0.0))

    def _forms_are_positive(self):
        """p = 1, one output: whether every y_i'S y_i >= 0."""
        return not self.full and self.outputs == 1 and bool((self.forms[:, 0, 0] >= self.form_errors).all())

    def lower(self):
        """At most <S, D S>/<S, C S> = (p mean|B_i|^2 + (1 - p) tr (HS)^2)/mean|V_i|^2."""
        above = self.single*self._forms_below()/self.count
        if self.full:
            size = norm(self.image)
            lost = SLACK*(gamma(2*len(self.image))*size**2 + self.image_error*(2*size + self.image_error))
            above += self.full*max((self.image*self.image.T).sum(axis=1).sum() - lost, 0.0)
        return above/(self._images_above()/self.count)*(1 - 16*ROUNDING)

    def _forms_below(self):
        """At most the sum of |B_i|^2 over the exact blocks."""
        lost = 2*self.form_lengths*self.form_errors
        return self.form_squares.sum()*(1 - gamma(len(lost) + self.outputs**2 + 4)) - SLACK*lost.sum()

    def _images_above(self):
        """At least the sum of |V_i|^2 over the exact V."""
        size, error = self.images_norm, self.images_error
        terms = gamma(len(self.image_squares) + self.outputs*self.frame.shape[1] + 4)
        return self.image_squares.sum() + SLACK*(terms*size**2 + error*(2*size + error)) + TINY



def _pairs(images, rows, outputs):
    """V_i Y_i' for each sample: (m, k, k)."""
    if outputs == 1:
        return np.einsum("ia,ia->i", images, rows)[:, None, None]
    return images.reshape(-1, outputs, rows.shape[1]) @ rows.reshape(-1, outputs, rows.shape[1]).transpose(0, 2, 1)


def _weighted(forms, rows, outputs):
    """B_i Y_i for each sample, as rows."""
    if outputs == 1:
        return forms[:, 0]*rows
    return (forms @ rows.reshape(-1, outputs, rows.shape[1])).reshape(rows.shape)


def _squares(rows, outputs):
    """The sum of squares of each sample."""
    return np.einsum("ia,ia->i", rows, rows).reshape(-1, outputs).sum(axis=1)


def _lengths(rows, outputs):
    """At least the Frobenius norm of each sample."""
    return SLACK*np.sqrt(_squares(rows, outputs) + TINY)
