"""What z3 proposes: a measurement run on symbols turns some claims into polynomials.

A proposal is only a place to look; it counts once it is measured false exactly.
"""

import sympy

from numerics.laboratory import Laboratory, measuring
from reports import probes
from theorems.kernel.domain import ONE, SORTS
from theorems.kernel.measure import reading, sought
from theorems.kernel.statement import relations

EFFORT = 20_000_000                # z3's own units, the same on every machine
NAMED = 30                         # digits of a rational beside an algebraic number


def proposals(claim, case, seconds):
    """Instances at which z3 says that the claim is false, and notes on what was not possible.

    Raises  ImportError if z3 is not installed
    """
    import z3
    symbols = sympy.symbols(f"leaf:{len(probes.leaves(case))}", real=True)
    relation = as_relation(claim, probes.refill(case, symbols, case.name)) if symbols else None
    if relation is None:
        return [], []
    try:
        found, numbers = _solved(z3, relation, symbols, seconds)
    except TypeError:
        return [], []
    told = {"unsat": "finds no counterexample", "unknown": "came to no end in its search for a counterexample"}
    if numbers is None:
        return [], [f"z3 {told[found]} of the shape of {case.name!r}, with any real numbers in place of its own"]
    return [probes.refill(case, numbers, f"{case.name}, proposed by z3")], []


def as_relation(claim, case):
    """Assumptions and negated claim in the leaves, if the measurement runs on symbols; else None."""
    try:
        data, _ = reading(claim, case)
        with measuring():
            result = claim.measurement.function(Laboratory(case.data))
        values = {**data, **(result if isinstance(result, dict) else {sought(claim, data)[0]: result})}
        put = [(symbol, sympy.sympify(value)) for symbol, value in values.items()]
        assumed = [one.subs(put, simultaneous=True) for one in claim.theorem.assumes]
        assumed += [relation.subs(ONE, value) for symbol, value in data.items() for sort, relation in SORTS.items()
                    if getattr(symbol, f"is_{sort}")]
        return sympy.And(*assumed, sympy.Not(sympy.And(*(one.subs(put, simultaneous=True)
                                                         for one in relations(claim.statement)))))
    except Exception:                                      # most measurements need numbers
        return None


def _solved(z3, relation, symbols, seconds):
    """("sat", rational values at which the relation holds or nearly) or ("unsat" or "unknown", None)."""
    names = {symbol: z3.Real(symbol.name) for symbol in symbols}
    solver = z3.Solver()
    solver.set("rlimit", EFFORT)
    solver.set("timeout", max(1, int(1000*seconds)))
    solver.add(translated(z3, relation, names))
    found = str(solver.check())
    if found != "sat":
        return found, None
    model = solver.model()
    return found, [_rational(z3, model.eval(names[symbol], model_completion=True)) for symbol in symbols]


def _rational(z3, value):
    exact = value if z3.is_rational_value(value) else value.approx(NAMED)
    return sympy.Rational(exact.numerator_as_long(), exact.denominator_as_long())


def translated(z3, node, names):
    """A polynomial or rational SymPy relation as a z3 expression; TypeError if it is neither."""
    if node.is_Rational:
        return z3.Q(node.p, node.q)
    if node.is_Symbol and node in names:
        return names[node]
    if node in (sympy.true, sympy.false):
        return z3.BoolVal(bool(node))
    inner = [translated(z3, one, names) for one in node.args if not (node.is_Pow and one is node.args[1])]
    if node.is_Pow and node.exp.is_Integer:
        power = z3.Product(*inner*abs(int(node.exp)))
        return power if node.exp > 0 else 1/power
    maker = _makers(z3).get(type(node))
    if maker is None:
        raise TypeError(f"{type(node).__name__} is not polynomial")
    return maker(*inner)


def _makers(z3):
    def largest(first, *rest):
        for one in rest:
            first = z3.If(first >= one, first, one)
        return first
    return {sympy.Add: lambda *xs: z3.Sum(*xs), sympy.Mul: lambda *xs: z3.Product(*xs), sympy.And: z3.And, sympy.Or: z3.Or,
            sympy.Not: z3.Not, sympy.Eq: lambda a, b: a == b, sympy.Ne: lambda a, b: a != b, sympy.Ge: lambda a, b: a >= b,
            sympy.Le: lambda a, b: a <= b, sympy.Gt: lambda a, b: a > b, sympy.Lt: lambda a, b: a < b,
            sympy.Abs: lambda a: z3.If(a >= 0, a, -a), sympy.Max: largest,
            sympy.Min: lambda *xs: -largest(*(-one for one in xs))}
