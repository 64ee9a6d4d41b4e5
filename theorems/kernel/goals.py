"""What a proof may yield: goals that the kernel decides, and theorems it cites.

A goal is data.  It says what is to be shown, why that step belongs to the proof, and
under which relations (`given`, beside the theorem's assumptions).  It cannot say that
it is true; `decide` does.
"""

from dataclasses import dataclass

import sympy


@dataclass(frozen=True)
class Goal:
    """`kind` holds for `expression` wherever the `given` relations hold."""

    kind: str                      # zero, positive, nonnegative, distinct, cited
    expression: sympy.Basic | None
    why: str
    given: tuple = ()

    @property
    def text(self):
        """The goal in one line, as the certificate and the page print it."""
        if self.kind == "cited":
            return f"cited: {self.why}"
        sign = {"zero": "= 0", "positive": "> 0", "nonnegative": ">= 0", "distinct": "!= 0"}[self.kind]
        under = " given " + ", ".join(map(str, self.given)) if self.given else ""
        return f"{self.expression} {sign}{under}"


def zero(expression, why, given=()):
    """`expression` = 0 wherever `given` and the theorem's assumptions hold."""
    return _goal("zero", expression, why, given)


def positive(expression, why, given=()):
    """`expression` > 0 wherever `given` and the theorem's assumptions hold."""
    return _goal("positive", expression, why, given)


def nonnegative(expression, why, given=()):
    """`expression` >= 0 wherever `given` and the theorem's assumptions hold."""
    return _goal("nonnegative", expression, why, given)


def distinct(one, other, why, given=()):
    """`one` and `other`, two numbers, differ at every point where `given` and the assumptions hold."""
    if isinstance(one, sympy.MatrixBase) or isinstance(other, sympy.MatrixBase):
        raise TypeError(f"goal {why!r}: matrices differ where one entry does; give that entry")
    return _goal("distinct", sympy.sympify(one) - sympy.sympify(other), why, given)


def cited(theorem):
    """A published theorem that the proof uses and nobody decides here; printed with the proof."""
    return Goal("cited", None, _sentence(theorem))


def _goal(kind, expression, why, given):
    given = (given,) if isinstance(given, sympy.Basic) else tuple(given)
    for relation in given:
        if not isinstance(relation, (sympy.core.relational.Relational, sympy.logic.boolalg.BooleanAtom)):
            raise TypeError(f"goal {why!r}: given must hold SymPy relations, not {relation!r}")
    expression = expression if isinstance(expression, str) else sympy.sympify(expression)       # which would run a text
    if not isinstance(expression, (sympy.Expr, sympy.MatrixBase)):
        raise TypeError(f"goal {why!r}: {expression!r} is no expression and no matrix of them")
    if expression.has(sympy.Float):
        raise TypeError(f"goal {why!r}: the expression contains the float "
                        f"{next(iter(expression.atoms(sympy.Float)))}; write an exact number")
    return Goal(kind, expression, _sentence(why), given)


def _sentence(text):
    if not isinstance(text, str) or not text.strip():
        raise TypeError("a goal needs a reason in words, for instance zero(x - y, 'both ends agree')")
    return text
