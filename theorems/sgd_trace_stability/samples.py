"""Hessians of samples given by gradient rows, H_i = X_i^T X_i, and the gradients of batches, in exact numbers."""

from fractions import Fraction

from sympy import Rational


def dot(one, other):
    return sum(u*v for u, v in zip(one, other))


def curved(rows, x):
    """X^T X x for the gradient rows X of one sample."""
    weights = [dot(row, x) for row in rows]
    return tuple(dot(weights, column) for column in zip(*rows))


def numbers(value):
    """Nested tuples of rationals as Fractions."""
    return tuple(map(numbers, value)) if isinstance(value, tuple) else Fraction(int(value.p), int(value.q)) \
        if isinstance(value, Rational) else Fraction(value)


def gradient(samples, batch, share=None):
    """x -> (mean of H_i over the batch) x, or `share` times the sum; called with the coordinates."""
    weight = Fraction(1, len(batch)) if share is None else share

    def at(*x):
        parts = [curved(samples[i], x) for i in batch]
        return tuple(weight*sum(column) for column in zip(*parts)) if parts else tuple(0*u for u in x)
    return at
