"""One goal on one domain: exact points that refute it, then a proof, then a second decision by other means."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import chain, islice

import flint

from theorems.kernel.deciding.arithmetic import COMPLEX, PRIME, REAL, Exact, Inexact, Modular, ball, evaluate, exact_at
from theorems.kernel.deciding.canonical import Refused, atoms, draw, everywhere, names, plus, show, substitute, times, waves
from theorems.kernel.deciding.methods import Proof
from theorems.kernel.deciding.points import points, product_points, satisfied
from theorems.kernel.deciding.signs import build, sign_here
from theorems.kernel.evidence import Verdict

HOLDS, REFUTED, UNDECIDED = Verdict.HOLDS, Verdict.REFUTED, Verdict.UNDECIDED
WANTED = {"zero": (0,), "positive": (1,), "nonnegative": (0, 1), "distinct": (-1, 1)}
FIRST, LAST = 12, 60                    # points tried before a proof is looked for, and after none was found
STEPS = 20                              # steps down on one lattice
SECOND = 3                              # points of the second decision
ALARM = "internal alarm: the expression reduces to 0, but its value {} is not 0; please report it"


@dataclass(frozen=True)
class Decision:
    """What was decided, by which method, why in one sentence, and what makes it easy to check again."""

    verdict: Verdict
    how: str
    because: str
    witness: dict = field(default_factory=dict)
    payload: dict = field(default_factory=dict)


class Question:
    """One goal on one domain."""

    def __init__(self, kind, node, relations, integers, key):
        self.kind, self.integers, self.seed, self.atoms = kind, integers, str(draw(key)), {}
        self.payload = {"goal": [kind, node], "given": relations}
        own = {n for t in (node, *(r for _, r in relations)) for n in names(t)}
        self.node = node = atoms(node, self.atoms)
        self.arguments = [argument for atom in self.atoms.values() for argument in atom[2:]]   # without value, the node has none
        self.relations = relations = [(operator, atoms(r, self.atoms)) for operator, r in relations]
        for name in sorted(own & set(self.atoms)):
            raise Refused(f"a symbol is called {name}, as a function's value is written; give it another name")
        inner = [argument for atom in self.atoms.values() for argument in atom[2:]]
        self.symbols = {n for t in (node, *(r for _, r in relations), *inner) for n in names(t)}

    def decide(self, hurry=False):
        self.points = []
        for point in self.first():
            self.points.append(point)
            failed = self.fails(point)
            if failed:
                return failed
        if not self.points:
            return self.undecided("no point of the domain was found: the goal may be vacuous")
        self.algebra, (num, den) = build(self.relations, self.node, self.points, self.arguments)
        found = self.zero(num) if self.kind == "zero" else self.signed(num, den)
        if found.verdict is UNDECIDED and self.symbols and not hurry:
            hinted = (point for hint in self.algebra.hints for point in self.search(FIRST, hint))
            more = chain(hinted, self.search(LAST), filter(self.possible, self.descents()))
            return next(filter(None, map(self.fails, more)), found)
        return found

    def first(self):
        """The points tried before all else: one, that the domain has any, where the second decision does without them and says 0."""
        found = self.search(FIRST)
        yield from islice(found, 1)
        if self.kind != "zero" or self.residues is None or any(value != 0 for value in self.residues):
            yield from found

    def descents(self):
        """Where the value stops falling on ever finer lattices, from each of the first points that is rational."""
        for point in self.points if self.kind in ("positive", "nonnegative") else ():
            if not all(isinstance(value, str) for value in point.values()):
                continue
            for size in (Fraction(1), Fraction(1, 4), Fraction(1, 16), Fraction(1, 64)):
                point, value = self.lower(point, self.exact(point), size)
                yield point

    def exact(self, point):
        try:
            return exact_at(self.node, point)
        except Inexact:
            return None

    def lower(self, point, value, size):
        """A lattice neighbour of a neighbour ... of the point, until no neighbour in the domain is lower."""
        for _ in range(STEPS if value is not None else 0):
            start = {name: str(round(Fraction(v)/size)*size) for name, v in point.items()}
            near = [{name: str(Fraction(v) + size*(step if name in moved else 0)) for name, v in start.items()}
                    for moved in (*((name,) for name in start), tuple(start)) for step in (1, -1)]
            values = [(self.exact(new), k) for k, new in enumerate([start, *near]) if satisfied(self.relations, new)]
            least = min((pair for pair in values if pair[0] is not None), default=(value, 0))
            if least[0] >= value:
                break
            value, point = least[0], [start, *near][least[1]]
        return point, value

    def search(self, count, start=()):
        found = product_points(self.relations, self.symbols, self.integers, count) if count == FIRST and not start \
            else points(self.relations, self.symbols, self.integers, self.seed, count, start)
        return filter(self.possible, found)

    def possible(self, point):
        """Whether integers are integers, and an unknown function takes one value only at each of its arguments."""
        taken = {}
        if any(not isinstance(point[n], str) or Fraction(point[n]).denominator != 1 for n in self.integers & set(point)):
            return False
        for name, (function, orders, *arguments) in self.atoms.items():
            try:
                place = (function, orders, *(exact_at(a, point) for a in arguments))
            except Inexact:
                return False
            if taken.setdefault(place, point[name]) != point[name]:
                return False
        return True

    def fails(self, point):
        """The refutation by this point, or None."""
        value, sign = substitute(self.node, point), sign_here(self.node, point, self.kind != "zero")
        if sign is None and self.kind == "zero" and "('I',)" in repr(value) and everywhere(self.node):
            found = ball(value, {}, 256, COMPLEX)
            sign = 0 if found is None or found.contains(0) else 1
        if sign is None or sign in WANTED[self.kind]:
            return None
        try:
            found = str(evaluate(value, {}, Exact))
        except Inexact:
            found = "0" if sign == 0 else ball(value, {}, 128, COMPLEX).str(20)
        witness = {name: show(point[name]) for name in sorted(point)}
        where = ", ".join(f"{name} = {number}" for name, number in witness.items())
        return Decision(REFUTED, "exact point", f"the value is {found}" + (f" at {where}" if where else ""), witness,
                        self.payload | {"point": point})

    def undecided(self, because):
        return Decision(UNDECIDED, "none", because, {}, self.payload)

    def undefined(self):
        power = all(kind in repr(self.node) for kind in ("'exp'", "'log'"))
        return self.undecided(f"the expression is defined only where {self.algebra.open_side}, which was not proved on the domain"
                              + power*"; a power with a symbol in its exponent is read as exp(exponent*log(base)), of a positive "
                                      "base: for another, put a symbol in its place")

    def holds(self, how, because, **data):
        if not self.algebra.granted():
            return self.undefined()
        return Decision(HOLDS, how, because, {}, self.payload | data)

    # ---- zeros

    def zero(self, num):
        rest = self.algebra.normal(num)
        if not rest.is_zero() and not (not self.symbols and self.algebra.vanishes(rest)):
            return self.undecided(f"it reduces to {len(rest)} terms over a denominator, not to 0, and no exact point "
                                  "of the domain was found where it differs from 0")
        if not self.algebra.granted():
            return self.undefined()
        alarm, second = self.second()
        if alarm:
            return self.undecided(alarm)
        return self.holds("coefficients over QQ" if not self.algebra.relations else
                          "coefficients modulo the algebraic relations", f"it reduces to 0; {second}", second=second)

    def second(self):
        """Decide a zero again from the tree alone: (alarm or None, what was done)."""
        if self.residues is not None:
            return (ALARM.format(f"modulo {PRIME}") if any(value != 0 for value in self.residues) else None,
                    f"again 0 at {SECOND} points modulo 2^61 - 1 (error below ({sum(_degree(self.node))}/2^61)^{SECOND})")
        for point in self.points:
            values = (ball(substitute(self.node, point), {}, bits, COMPLEX) for bits in (1024, 2**15))
            if not any(value is not None and value.contains(0) and value.rad() < 2.0**-64 for value in values):
                return ALARM.format(f"at {point}"), ""
        return None, f"again 0 within 2^-64 at {len(self.points)} exact points, by balls"

    @cached_property
    def residues(self):
        """Values modulo 2^61 - 1 at points drawn there, which no relation binds; None if one does, or there is no such value."""
        if any(operator == "=" for operator, _ in self.relations):
            return None
        try:
            return [evaluate(self.node, {n: flint.nmod(draw(self.seed, k, n) % PRIME, PRIME) for n in self.symbols}, Modular)
                    for k in range(SECOND)]
        except (Inexact, ZeroDivisionError):
            return None

    # ---- signs

    def signed(self, num, den):
        """Multiply the signs of the irreducible factors of numerator and denominator."""
        algebra, strict = self.algebra, self.kind == "positive"
        num, den = algebra.normal(num), algebra.normal(den)
        if num.is_zero() or (not self.symbols and algebra.vanishes(num)):
            return self.zero(num) if self.kind == "nonnegative" else self.undecided("it reduces to 0")
        if self.kind == "distinct":
            return self.on_circles() or self.undecided("a factor was not shown to differ from 0") if algebra.nonzero(num) is None \
                else self.holds("factor signs", "no factor vanishes on the domain")
        if not (algebra.real(num) and algebra.real(den)):      # neither squares nor products of such tell a sign
            return self.on_boxes() or self.on_circles() or \
                self.undecided("its sign was not proved: it is made of parts that are not real")
        sign, factors = algebra.factors(num, den)
        open_factors, methods = algebra.one, []
        for factor, power in factors:
            found = self.factor(factor, power, strict)
            if found is None:
                open_factors = algebra.product(open_factors, factor**(power if strict else power % 2 or 2))
            else:
                sign *= found[0]
                methods.append((factor, power, found[1]))
        if open_factors != 1 or sign < 0:
            target = open_factors*sign
            proof = algebra.prove(target, strict)
            if proof is None:
                methods, target = [], algebra.product(num, den)
                proof = algebra.prove(target, strict)
            if proof is None:
                return self.on_boxes() or self.undecided(
                    f"the sign of {show(algebra.tree_of(open_factors))[:200]} was not proved")
            methods.append((target, 1, proof))
        return self.by(methods)

    def on_boxes(self):
        """A strict sign by balls over boxes that cover the domain, halved where a ball is too wide; or None."""
        boxes = names(self.node) and self.algebra.boxes(names(self.node), self.node, REAL, lambda value: True if value > 0
                                                    else False if value < 0 else None)
        return self.holds("balls on boxes", f"positive by balls on {boxes} boxes", boxes=boxes) if boxes else None

    def on_circles(self):
        """What holds for any numbers in [-1, 1] in place of sines and cosines, on unit circles where both occur; or None."""
        found = {}
        node, *given = (waves(one, found) for one in (self.node, *(r for _, r in self.relations)))
        if not found or set(found) & self.symbols or "('I',)" in repr([node, given, found]):       # arguments are real then
            return None
        relations = [(operator, one) for (operator, _), one in zip(self.relations, given)]
        for name, (kind, argument) in found.items():
            relations += [(">=", plus("1", times(sign, ("x", name)))) for sign in ("1", "-1")]
            if kind == "sin" and found.get(other := show(("cos", argument))) == ("cos", argument):
                relations.append(("=", plus("-1", *(("^", ("x", one), "2") for one in (name, other)))))
        seen = Question(self.kind, node, sorted(relations, key=repr), self.integers, self.seed).decide(hurry=True)
        data = {"factors": _put_back(seen.payload["factors"], found)} if "factors" in seen.payload else {}
        return self.holds(seen.how, f"{seen.because}, whatever points of the unit circle cosines and sines are", **data) \
            if seen.verdict is HOLDS else None

    def factor(self, factor, power, strict):
        """(sign, Proof) of factor^power, or None."""
        if power % 2 == 0:
            if not strict:
                return 1, Proof(False, "even power", {})
            proofs = self.algebra.nonzero(factor)
            return proofs and (1, proofs[0])
        for sign in (1, -1):
            proof = self.algebra.prove(factor*sign, strict)
            if proof:
                return sign, proof
        return None

    def by(self, methods):
        hows = sorted({proof.how for _, _, proof in methods})
        data = [{"factor": self.algebra.tree_of(f), "power": int(e), "how": p.how, **p.data} for f, e, p in methods]
        if len(methods) == 1:
            return self.holds(hows[0], f"{hows[0]} decides its sign on the domain", factors=data)
        if not methods:
            return self.holds("factor signs", "it reduces to a positive number", factors=data)
        return self.holds("factor signs", f"the signs of its {len(methods)} factors, by {', '.join(hows)}", factors=data)


def _put_back(value, found):
    """What a proof found, with each symbol in it that stands for a sine or cosine replaced by that."""
    if isinstance(value, dict):
        return {key: _put_back(one, found) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return found[value[1]] if value[:1] == ("x",) and value[1] in found else type(value)(_put_back(one, found) for one in value)
    return value


def _degree(node):
    """Bounds for the degrees of numerator and denominator of a tree."""
    if isinstance(node, str) or node[0] != "^" and node[0] not in "+*":
        return int(not isinstance(node, str)), 0
    if node[0] == "^":
        (num, den), q = _degree(node[1]), int(node[2])
        return (num*q, den*q) if q >= 0 else (-den*q, -num*q)
    pairs = [_degree(part) for part in node[1:]]
    den = sum(d for _, d in pairs)
    return (sum(n for n, _ in pairs) if node[0] == "*" else max(n + den - d for n, d in pairs)), den
