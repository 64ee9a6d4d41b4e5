"""SGD's second moment near an interpolating minimum in exact rational arithmetic.

A sample is a list of k gradient rows X_i with rational entries, H_i = X_i'X_i its Hessian, H the mean.
On symmetric matrices C(S) = (HS + SH)/2 and D(S) = (1 - p) HSH + p mean_i H_i S H_i; the largest
eigenvalue Lambda_p of C^-1 D on the range of H is 2 over the stability threshold.  C^-1 D is
self-adjoint for <S, C S>, so its characteristic polynomial, rational here, has real roots only:
Lambda_p is an algebraic number, the largest of them.

Where H is singular, H + I - (projection to its range) takes its place in C: rational again, and the
nonzero eigenvalues stay, because D maps into the range and sees only its part of S.
"""

from fractions import Fraction
from numbers import Integral, Rational as AnyRational

import sympy
from flint import fmpq, fmpq_mat, fmpq_poly

from numerics.balls import WORKING_BITS, precision
from numerics.reading import listed, table, whole


def largest_curvature(samples, p=1):
    """Lambda_p = 2/(largest stable step size) of SGD, exactly.

    samples : list of samples, each a list of gradient rows of d exact rationals; units sqrt(loss)/length
    p : exact rational in [0, 1]; 1 is batch size 1, 1/B batches of B with replacement

    Returns  a SymPy Rational where Lambda_p is rational, else a ball (`arb`) that contains it,
             of relative width about 2^-128
    Error    none, or enclosed
    Cost     an N x N rational system and characteristic polynomial, N = d(d + 1)/2, or N = n at
             p = 1 with one row each, whichever is less; N = 36 takes a second or so.  p = 0: N = d
    Raises   ValueError for empty or ragged samples or gradients that are all zero; TypeError for floats
    Source   Mulayoff and Michaeli (2024), arXiv 2306.07850; the rational matrix: `curvature_polynomial`
    """
    return extreme_root(curvature_polynomial(samples, p))


def curvature_polynomial(samples, p=1):
    """A rational polynomial with real roots only, the largest being Lambda_p (see `largest_curvature`).

    It is the characteristic polynomial of the n x n matrix `sample_matrix` if that is smaller than
    C^-1 D on symmetric matrices, else of the latter; for p = 0 that of H, as Lambda_0 is its largest
    eigenvalue (on v_k v_l' + v_l v_k' C^-1 D multiplies by 2 h_k h_l/(h_k + h_l), at most max h).

    Returns  fmpq_poly
    """
    samples, p = read_samples(samples), rational(p)
    if p == 0:
        return mean_hessian(samples).charpoly()
    size = len(samples[0][0])
    single = p == 1 and all(len(rows) == 1 for rows in samples)
    if single and len(samples) <= size*(size + 1)//2:
        return _sample_matrix(samples).charpoly()
    return curvature_operator(samples, p).charpoly()


def kernel_curvature(kernel, p=1, outputs=1):
    """Lambda_p from the products of all pairs of gradient rows alone, exactly.

    It is the largest eigenvalue of Y -> X with (KX + XK)/2 = K E(Y) K, E(Y) = (1 - p) Y/n + p (the diagonal k x k
    blocks of Y): see `numerics.stability_kernel`.

    kernel : (n k, n k) rows of exact rationals, symmetric and positive semidefinite (not checked), sample by
    sample; p : exact rational in [0, 1]; outputs : k

    Returns  a SymPy Rational or a ball, as `largest_curvature`
    Error    none, or enclosed
    Cost     an N x N rational system and characteristic polynomial, N = n k (n k + 1)/2
    Raises   ValueError if the kernel is not square, not symmetric or 0, or its size no multiple of `outputs`
    """
    kernel = fmpq_mat([[rational(x) for x in row] for row in table("kernel", kernel)])
    p, outputs = rational(p), whole("outputs", outputs, 1)
    size = kernel.nrows()
    if kernel != kernel.transpose() or size % outputs or not any(kernel.entries()):
        raise ValueError(f"the kernel of {size} rows and {kernel.ncols()} columns must be square, symmetric, not 0, and "
                         f"its size a multiple of outputs = {outputs}")
    shared, pairs = (1 - p)*outputs/size, symmetric_pairs(size)
    weights = [shared + p if a//outputs == b//outputs else shared for a, b in pairs]
    spread = [[x*weight for x, weight in zip(row, weights)] for row in congruence(kernel).tolist()]
    return extreme_root(lyapunov(regular(kernel)).solve(fmpq_mat(spread)).charpoly())


def sample_matrix(samples):
    """The n x n rational matrix A_ji = g_j' C^-1(g_i g_i') g_j / n (one gradient row per sample).

    It is symmetric, positive semidefinite, has entries >= 0, row sums |g_i|^2, and for p = 1 the same
    nonzero eigenvalues as C^-1 D.

    Returns  list of n lists of Fractions
    Error    none
    Raises   ValueError if a sample has more than one row
    """
    samples = read_samples(samples)
    for i, rows in enumerate(samples):
        if len(rows) != 1:
            raise ValueError(f"samples[{i}] has {len(rows)} gradient rows; the matrix exists for one each")
    return fractions(_sample_matrix(samples))


def _sample_matrix(samples):
    """A, from Lyapunov equations in the parameters or, where that is smaller and regular, in the samples.

    With K the Gram matrix and C^-1(g_i g_i') = G'SG, the equation becomes (KS + SK)/(2n) = e_i e_i'.
    """
    rows = fmpq_mat([row for sample in samples for row in sample])
    count = rows.nrows()
    gram = rows*rows.transpose()
    if count < rows.ncols() and gram.rank() == count:
        curvature, sources, views = gram/count, identity(count), gram
    else:
        curvature, sources, views = regular(mean_hessian(samples)), rows, rows
    solved = lyapunov(curvature).solve(_columns([_outer(row) for row in sources.tolist()]))
    count_forms = _columns([_outer(row) for row in views.tolist()]).transpose()
    weights = _weights(curvature.nrows())
    scaled = fmpq_mat([[entry*weight for entry, weight in zip(row, weights)] for row in count_forms.tolist()])
    return scaled*solved/count


def curvature_operator(samples, p=1):
    """C^-1 D on the N = d(d + 1)/2 entries S_ab, a <= b, of symmetric matrices.

    Returns  (N, N) fmpq_mat with real eigenvalues >= 0 on positive semidefinite eigenmatrices
    Cost     N^2 (n + N) rational operations
    """
    samples, p = read_samples(samples), rational(p)
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p} must lie in [0, 1]")
    return lyapunov(regular(mean_hessian(samples))).solve(spread_operator(samples, p))


def spread_operator(samples, p):
    """D(S) = (1 - p) HSH + p mean_i H_i S H_i on the entries S_ab, a <= b: (N, N) fmpq_mat.

    samples, p : as `largest_curvature` takes them.  Error: none
    """
    samples, p = read_samples(samples), rational(p)
    total = mean_of([congruence(hessian(rows)) for rows in samples])*p
    return total + congruence(mean_hessian(samples))*(1 - p) if p != 1 else total


def hessian(rows):
    matrix = fmpq_mat(rows)
    return matrix.transpose()*matrix


def gram_factors(rows):
    """X X', the k x k matrix with the nonzero eigenvalues of the Hessian X'X."""
    matrix = fmpq_mat(rows)
    return matrix*matrix.transpose()


def mean_hessian(samples):
    """H = mean_i X_i'X_i as an fmpq_mat, for samples that were read."""
    return mean_of([hessian(rows) for rows in samples])


def mean_of(matrices):
    total = matrices[0]
    for matrix in matrices[1:]:
        total = total + matrix
    return total/len(matrices)


def congruence(matrix, by=None):
    """S -> matrix' S by (symmetrised) on the entries S_ab, a <= b; `by` defaults to the matrix itself."""
    left = matrix.tolist()
    right = left if by is None else by.tolist()
    size, half = len(left), fmpq(1, 2)
    pairs = symmetric_pairs(size)
    columns = []
    for a, b in pairs:
        units = [(a, b)] if a == b else [(a, b), (b, a)]
        columns.append([sum((left[e][i]*right[f][j] + left[e][j]*right[f][i] for e, f in units),
                            fmpq(0))*half for i, j in pairs])
    return fmpq_mat(columns).transpose()


def symmetric_pairs(size):
    return [(a, b) for a in range(size) for b in range(a, size)]


def lyapunov(matrix):
    """S -> (matrix S + S matrix)/2 on the entries S_ab, a <= b."""
    return congruence(matrix, identity(matrix.nrows()))


def range_polynomial(matrix, total):
    """The characteristic polynomial of `matrix` on the range of `total`, whose kernel it maps to 0."""
    missing = total.nrows() - total.rank()
    return fmpq_poly(matrix.charpoly().coeffs()[missing:])


def regular(matrix):
    """matrix + I - (projection to its range): regular, and the same on the range."""
    size, rank = matrix.nrows(), matrix.rank()
    if rank == size:
        return matrix
    basis = fmpq_mat(matrix.rref()[0].tolist()[:rank])
    projection = basis.transpose()*(basis*basis.transpose()).solve(basis)
    return matrix + identity(size) - projection


def identity(size):
    return fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def _outer(row):
    return [row[a]*row[b] for a, b in symmetric_pairs(len(row))]


def _weights(size):
    """How often the entry a <= b stands in a symmetric matrix."""
    return [1 if a == b else 2 for a, b in symmetric_pairs(size)]


def _columns(vectors):
    return fmpq_mat(vectors).transpose()


def extreme_root(polynomial, largest=True):
    """The largest (or smallest) root of a rational polynomial whose roots are all real.

    Returns  SymPy Rational where that root is rational, else a ball (`arb`) of relative width 2^-128
    Error    none, or enclosed
    Raises   ValueError if a root is not real
    """
    factors = [fmpq_poly(factor.coeffs()) for factor, _ in polynomial.factor()[1]]
    bits = WORKING_BITS
    while True:
        with precision(bits):
            found = [(root, factor) for factor in factors for root in _real_roots(factor)]
            best = found[0]
            for candidate in found[1:]:
                if (candidate[0] > best[0]) is largest and candidate[0] != best[0]:
                    best = candidate
            others = [root for root, factor in found if root is not best[0]]
            if all((best[0] > root) if largest else (best[0] < root) for root in others):
                return as_number(*best)
        bits *= 2


def _real_roots(factor):
    roots = [root for root, _ in factor.complex_roots()]
    if any(root.imag != 0 for root in roots):
        raise ValueError("a root is not real: the operator is not self-adjoint")
    return [root.real for root in roots]


def as_number(root, factor):
    if factor.degree() > 1:
        return root
    constant, slope = factor.coeffs()
    value = -constant/slope
    return sympy.Rational(int(value.p), int(value.q))


def fractions(matrix):
    """An fmpq_mat as a list of lists of Fractions."""
    return [[Fraction(int(x.p), int(x.q)) for x in row] for row in matrix.tolist()]


def rational(value):
    """An exact rational (int, Fraction, SymPy or FLINT) as fmpq.  Raises: TypeError for floats."""
    if isinstance(value, fmpq):
        return value
    if isinstance(value, sympy.Rational):
        return fmpq(int(value.p), int(value.q))
    if isinstance(value, Integral):
        return fmpq(int(value))
    if isinstance(value, AnyRational):
        return fmpq(int(value.numerator), int(value.denominator))
    raise TypeError(f"{value!r} of type {type(value).__name__} is not an exact rational: "
                    f"write Fraction(1, 10) or Rational(1, 10), not 0.1")


def read_samples(samples):
    """Samples as lists of rows of fmpq, checked for shape; a flat list of numbers is one row."""
    read = [[[rational(x) for x in row] for row in _rows(sample)] for sample in listed("samples", samples)]
    if not read:
        raise ValueError("there are no samples: give at least one list of gradient rows")
    size = len(read[0][0]) if read[0] else 0
    for i, rows in enumerate(read):
        if not rows or any(len(row) != size for row in rows) or size == 0:
            raise ValueError(f"samples[{i}] needs at least one gradient row of {size or 'one or more'} numbers")
    if not any(x for rows in read for row in rows for x in row):
        raise ValueError("all gradients are zero: every step size is stable and no threshold exists")
    return read


def _rows(sample):
    sample = listed("a sample", sample)
    return sample if all(hasattr(row, "__iter__") for row in sample) else [sample]
