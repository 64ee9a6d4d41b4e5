"""Gradients of matrix factorisation losses on tuples of entries, for every kind of number.

A matrix is stored row by row; targets and factors are rows of exact numbers, balls, mpf or
SymPy expressions, so one function serves simulation, enclosure and proof.
"""


def symmetric(target):
    """Gradient (X X' - C) X of |X X' - C|_F^2/4 in the entries of X (n, p), C = target (n, n)."""
    def gradient(*entries):
        x = rows(entries, len(target))
        misfit = minus(times(x, transposed(x)), target)
        return entries_of(times(misfit, x))
    return gradient


def asymmetric(target):
    """Gradient (R Z, R' Y), R = Y Z' - C, of |Y Z' - C|_F^2/2 in the entries of Y, then of Z (n, p each)."""
    def gradient(*entries):
        y, z = halves(entries, len(target))
        misfit = minus(times(y, transposed(z)), target)
        return entries_of(times(misfit, z)) + entries_of(times(transposed(misfit), y))
    return gradient


def rows(entries, count):
    """The entries as `count` rows."""
    width, rest = divmod(len(entries), count)
    if rest:
        raise ValueError(f"{len(entries)} entries do not fill {count} rows of one length")
    return [entries[i*width:(i + 1)*width] for i in range(count)]


def halves(entries, count):
    """Y and Z as rows, from the entries of Y followed by those of Z."""
    middle = len(entries)//2
    return rows(entries[:middle], count), rows(entries[middle:], count)


def entries_of(matrix):
    """The entries row by row, as a tuple."""
    return tuple(x for row in matrix for x in row)


def times(a, b):
    """The matrix product."""
    if a and len(a[0]) != len(b):
        raise ValueError(f"a matrix with {len(a[0])} columns cannot be multiplied by one with {len(b)} rows")
    columns = transposed(b)
    return [tuple(sum(x*y for x, y in zip(row, column)) for column in columns) for row in a]


def minus(a, b):
    """The difference of two matrices."""
    return [tuple(x - y for x, y in zip(row, other)) for row, other in zip(a, b)]


def transposed(a):
    """The transpose."""
    return list(zip(*a))


def diagonal(values, shape):
    """The matrix of the given shape with the values along its diagonal, zeros elsewhere."""
    n, p = shape
    return [tuple(values[i] if i == j and i < len(values) else 0*values[0] for j in range(p)) for i in range(n)]


def turned(matrix, angle):
    """The first two rows turned by the angle with the given (cosine, sine)."""
    c, s = angle
    first, second, *rest = matrix
    return [tuple(c*a - s*b for a, b in zip(first, second)), tuple(s*a + c*b for a, b in zip(first, second)), *rest]
