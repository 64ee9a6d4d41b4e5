"""Deciding goals exactly, with witnesses, and every zero a second time by other means.

A goal HOLDS on the domain given by the theorem's assumptions, the goal's own relations and the
assumptions of its symbols; all symbols are real.  It is REFUTED by an exact point of that domain.
Anything else is UNDECIDED, with what is missing: an expression that is not defined on all of the
domain, a domain of which no point is found, a method that ran out.
"""

from dataclasses import replace

import sympy
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanAtom

from theorems.kernel.deciding.algebra import Restart
from theorems.kernel.deciding.canonical import Refused, names, plus, text, times, tree
from theorems.kernel.deciding.question import ALARM, HOLDS, REFUTED, UNDECIDED, Decision, Question
from theorems.kernel.deciding.signs import number_sign
from theorems.kernel.deciding.words import expand, vanishes_on_matrices
from theorems.kernel.exact import ASSUMED, beyond

OPERATORS = {sympy.Gt: (">", 1), sympy.Ge: (">=", 1), sympy.Lt: (">", -1), sympy.Le: (">=", -1),
             sympy.Eq: ("=", 1), sympy.Ne: ("!=", 1)}
_decided = {}


def decide(goal, assumptions=(), hurry=False):
    """Decide one goal under the theorem's assumptions.

    With `hurry` only HOLDS matters: after the methods of proof failed, no more points are tried.

    Error   none for REFUTED and for sign goals; a zero is proved by reduction, and its second
            decision alone would err with the probability stated in the payload
    Cost    bounded by counts of terms, boxes and points, never by time
    """
    if goal.kind == "cited":
        return Decision(HOLDS, "cited", goal.why)
    try:
        relations = [*assumptions, *goal.given]
        entries = list(goal.expression) if isinstance(goal.expression, sympy.MatrixBase) else [goal.expression]
        integers, domain = _domain(relations, entries)
        found = [_decide(goal.kind, tree(entry), domain, integers, hurry) for entry in entries]
    except Refused as reason:
        return Decision(UNDECIDED, "refused", str(reason))
    worst = next((d for v in (REFUTED, UNDECIDED) for d in found if d.verdict is v), None)
    if worst or len(found) == 1:
        return worst or found[0]
    if not found:
        return Decision(UNDECIDED, "refused", "the goal is a matrix without entries")
    return Decision(HOLDS, found[0].how, f"each of {len(found)} entries: {found[0].because}", {},
                    {"entries": [d.payload for d in found]})


def sign_of(number):
    """The sign of an exact real number: 1, 0, -1, or None if it was not decided (or has symbols).

    Rational numbers at once; others by balls of up to 4096 bits; zero only by exact reduction.
    """
    number = sympy.sympify(number)
    if number.is_Rational:
        return (number.p > 0) - (number.p < 0)
    if number.has(sympy.Float):
        return None
    try:
        return number_sign(tree(number))
    except Refused:
        return None


def _domain(relations, entries):
    """Names of the integer symbols, and the relations (operator, tree) with those of the symbols and of functions' values."""
    written = [*relations, *entries]
    symbols = sorted({s for e in written for s in e.free_symbols if isinstance(s, sympy.Symbol)}, key=lambda s: s.name)
    values = sorted({v for e in written for v in e.atoms(AppliedUndef, sympy.Indexed)}, key=str)
    _apart([s.name for s in symbols], "symbols", "give them the same assumptions, or two names")
    functions = {v.base if isinstance(v, sympy.Indexed) else v.func for v in values}
    _apart(sorted(map(str, functions)), "functions", "give them two names")
    for one in {one for e in written for one in e.atoms(sympy.Derivative)}:
        if any(v.func == one.expr.func and v.is_zero is None and (v.is_nonnegative or v.is_nonpositive) for v in values):
            raise Refused(f"{one} is 0 wherever {one.expr} is, which no method heeds; assume no sign of the function, or a strict one")
    found = [pair for relation in relations for pair in _relation(relation)]
    for s in [*symbols, *values]:
        found += _sort(s)
    return {s.name for s in symbols if s.is_integer}, sorted(set(found), key=repr)


def _apart(called, what, mend):
    """Refused if a name occurs twice in the sorted list."""
    for name, other in zip(called, called[1:]):
        if name == other:
            raise Refused(f"two different {what} are called {name}; {mend}")


def _relation(relation):
    if isinstance(relation, sympy.And):
        return [pair for part in relation.args for pair in _relation(part)]
    if relation == sympy.true:
        return []
    if type(relation) not in OPERATORS:
        raise Refused("the assumptions contradict each other: the domain is empty" if isinstance(relation, BooleanAtom)
                      else f"{relation} is no relation that cuts out a domain")
    operator, sign = OPERATORS[type(relation)]
    ends = [times(str(k), tree(side)) for k, side in ((sign, relation.lhs), (-sign, relation.rhs))]
    return [(operator, plus(*ends))]


def _sort(s):
    """The relations that the assumptions of a symbol, or of an unknown function, say of it or of its value."""
    if s.is_commutative and s.is_extended_real is False:
        raise Refused(f"{s} is not a real number")
    strange = beyond(s) or (not isinstance(s, sympy.Symbol) and ("integer"*bool(s.is_integer) or "noncommutative"*(not s.is_commutative)))
    if strange:
        raise Refused(f"{s} is declared {strange}; {ASSUMED}")
    if not s.is_commutative:
        return []
    x = tree(s)
    if s.is_positive:
        return [(">=", plus(x, "-1")) if s.is_integer else (">", x)]
    if s.is_negative:
        return [(">", times("-1", x))]
    return [(">=", x)]*bool(s.is_nonnegative) + [(">=", times("-1", x))]*bool(s.is_nonpositive) + [("!=", x)]*bool(s.is_nonzero)


def _decide(kind, node, relations, integers, hurry):
    """A goal in commuting symbols, or every coefficient of one in symbols that do not commute."""
    if not names(node, "nc"):
        return _remembered(kind, node, relations, integers, hurry)
    if kind != "zero":
        raise Refused("symbols that do not commute have no sign; give the goal in real symbols")
    words = expand(node)
    for word, coefficient in sorted(words.items()):
        found = _remembered("zero", coefficient, relations, integers, hurry)
        if found.verdict is not HOLDS:
            letters = " ".join(name if e > 0 else f"{name}^-1" for name, e in word)
            return replace(found, because=f"the coefficient of the word {letters}: {found.because}")
    seen = None if any(operator == "=" for operator, _ in relations) else vanishes_on_matrices(node, text(node))
    if seen is False:
        return Decision(UNDECIDED, "none", ALARM.format("at random matrices modulo 2^61 - 1"))
    return Decision(HOLDS, "coefficients of words", f"each of {len(words)} words has the coefficient 0"
                    + "; again 0 at random matrices modulo 2^61 - 1"*bool(seen), {}, {"goal": [kind, node], "given": relations})


def _remembered(kind, node, relations, integers, hurry):
    """The decision, made once; one made in a hurry is good for all unless it is UNDECIDED, one made at leisure always."""
    key = text([kind, node, relations, sorted(integers)])
    found = _decided.get((key, False)) or hurry and _decided.get((key, True))
    if not found:
        try:
            found = Question(kind, node, relations, integers, key).decide(hurry)
        except Refused as reason:
            found = Decision(UNDECIDED, "refused", str(reason))
        except (Restart, OverflowError) as reason:
            found = Decision(UNDECIDED, "refused", "a number is too large for a method, or the generators are too many: "
                                                   f"{type(reason).__name__} {reason}")
        _decided[key, hurry and found.verdict is UNDECIDED] = found
    return found
