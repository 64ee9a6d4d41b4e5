"""Signs of polynomials on a domain cut out by polynomial relations, with proofs that can be re-checked.

Every method answers the question "is g > 0 (or >= 0) on the domain?" with a Proof or None; a Proof's
`data` holds what a checker needs.  The methods, in order of cost:

    constant        a number's sign, enclosed by balls
    slack           g has no negative coefficient once each constraint, solved for a symbol it is
                    linear in, has made that symbol a nonnegative slack
    univariate      Sturm counts: one rational point between neighbouring roots (of g or its norm)
    Bernstein       no negative Bernstein coefficient on a rational box, subdivided
    discriminant    g = A x^2 + B x + C with A > 0 and 4 A C - B^2 > 0 (or >= 0)
    products        g is a nonnegative combination of products of constraints and squares
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import flint

from theorems.kernel.algebra import Algebra, Restart
from theorems.kernel.canonical import Balls, Exact, Inexact, Refused, evaluate, names, show, substitute
from theorems.kernel.roots import cells, factors, rational

SIDES = {"nonzero": "!= 0", "nonnegative": ">= 0", "positive": "> 0"}
SHIFTS = 400                            # changes of variable tried by `slack`


def between(low, high):
    """The ball that covers [low, high]."""
    return Balls.number(low).union(Balls.number(high))


@dataclass(frozen=True)
class Proof:
    strict: bool
    how: str
    data: dict


class Domain(Algebra):
    """The algebra of a goal, with what its assumptions say: constraints g >= 0 or g > 0, and g != 0."""

    def __init__(self, relations, indices, room):
        super().__init__(indices, room)
        self.constraints, self.unequal, self.proofs, self.depth = [], [], {}, 0
        for operator, node in sorted(relations, key=lambda r: (len(repr(r[1])), repr(r))):
            self.relate(operator, node)

    def assume(self, poly, strict):
        if not poly.is_constant():
            self.constraints.append((poly, strict))
            self.proofs = {}

    def relate(self, operator, node):
        """Take in the relation `node` operator 0."""
        num, den = self.quotient(node)
        sign = self.sign(den)
        num = self.normal(self.product(num, den) if sign is None else num*sign)
        if operator == "=":
            self.equate(num)
        elif operator == "!=":
            self.unequal += [factor for factor, _ in num.factor()[1]]
            self.proofs = {}
        else:
            self.assume(num, operator == ">")

    def equate(self, poly):
        """Reduce by poly = 0 if it can be solved for a symbol, its leading coefficient nonzero."""
        choices = [(int(d), not self.lead(poly, i).is_constant(), i) for i, d in enumerate(poly.degrees())
                   if d and self.trees[i][0] in ("x", "free")] if not poly.is_zero() else []
        for degree, loose, i in sorted(choices):
            if not loose or self.nonzero(self.lead(poly, i)):
                self.relations.insert(0, (i, poly))
                self.constraints = [(self.normal(g), strict) for g, strict in self.constraints]
                self.done, self.proofs = {}, {}
                return

    # ---- questions

    def sign(self, poly):
        """1 or -1 if poly >= 0 or poly <= 0 is proved, else None."""
        return next((sign for sign in (1, -1) if self.prove(poly*sign, False)), None)

    def nonzero(self, poly):
        """Proofs that every irreducible factor differs from zero, or None."""
        found = []
        for factor, _ in sorted(self.normal(poly).factor()[1], key=str):
            if any(factor == g or factor == -g for g in self.unequal):
                found.append(Proof(True, "given", {}))
                continue
            found.append(self.prove(factor, True) or self.prove(-factor, True))
        return found if all(found) and not self.normal(poly).is_zero() else None

    def prove(self, poly, strict):
        """A Proof that poly > 0 (strict) or poly >= 0 on the domain, or None."""
        poly = self.normal(poly)
        key = (str(poly), strict)
        if key not in self.proofs:
            self.proofs[key] = None                            # a question within itself stays open
            self.depth += 1
            self.proofs[key] = self._prove(poly, strict) if self.depth < 6 else None
            self.depth -= 1
        return self.proofs[key]

    def _prove(self, poly, strict):
        if poly.is_constant():
            number = poly.leading_coefficient() if not poly.is_zero() else 0
            return Proof(number > 0, "a number", {}) if number > 0 or (number == 0 and not strict) else None
        if self.uses(poly, "I"):
            return None
        for method in (self.constant, self.slack, self.univariate):
            proof = method(poly, strict)
            if proof:
                return proof
        return None

    # ---- methods

    def symbols(self, poly):
        """The generators that a polynomial depends on, also through roots and functions."""
        used = {i for i, d in enumerate(poly.degrees()) if d}
        reached = set()
        for i in used:
            reached |= {k for k, tree in enumerate(self.trees) if tree and tree[0] in ("x", "free")
                        and repr(tree) in repr(self.trees[i])}
        return sorted(reached)

    def constant(self, poly, strict):
        if self.symbols(poly):
            return None
        sign = ball_sign(self.tree_of(poly))
        return Proof(True, "balls", {}) if sign == 1 else None

    def slack(self, poly, strict):
        self.tries = SHIFTS
        found = self.shifted(poly, self.constraints, frozenset(), strict)
        return found and Proof(strict, "positive coefficients after slack substitution", {"slack": found})

    def shifted(self, poly, constraints, fixed, strict):
        """Changes of variable after which no coefficient is negative: a list, or None."""
        self.tries -= 1
        if positive_coefficients(poly, constraints, strict):
            return ["coefficients"]
        used = {i for i, d in enumerate(poly.degrees()) if d} - fixed
        for g, open_end in constraints:
            for i in sorted(i for i in used if self.tries > 0 and g.degrees()[i] == 1):
                rest, slope = self.coefficients(g, i)
                if len(g) == 1 or g.degrees()[i] != 1:
                    continue
                sign = next((s for s in (1, -1) if positive_coefficients(slope*s, constraints, True)), None)
                if sign is None:
                    continue
                # the symbol's place is taken by the slack g: x = (g - rest)/slope
                move = lambda h: self.shift(h, i, self.gens[i] - rest, slope, sign)
                others = [(move(h), s) for h, s in constraints if not (h == g)] + [(self.gens[i], open_end)]
                found = self.shifted(move(poly), others, fixed | {i}, strict)
                if found:
                    return [[self.trees[i], self.tree_of(g)], *found]
        return None

    def shift(self, h, i, top, bottom, sign):
        """h at g_i = top/bottom, times a positive power of bottom (of the given sign)."""
        rows = self.coefficients(h, i)
        degree = len(rows) - 1
        total = sum((row*top**k*bottom**(degree - k) for k, row in enumerate(rows)), self.one*0)
        return total*sign**degree

    def univariate(self, poly, strict):
        symbols = self.symbols(poly)
        if len(symbols) != 1 or any(self.trees[i][0] not in ("x", "free", "^") for i, d in enumerate(poly.degrees()) if d):
            return None
        x = symbols[0]
        own = [(g, s) for g, s in self.constraints if self.symbols(g) == [x] and self.norm(g, x)]
        norm = self.norm(poly, x)
        if not norm:
            return None
        separators = {str(f): f for p in (norm, *(self.norm(g, x) for g, _ in own)) for f in factors(p)}
        roots, samples = cells(separators.values())
        for sample in samples:
            inside = [self.sign_at(g, x, sample) for g, _ in own]
            if None in inside or (min(inside, default=1) >= 0 and self.sign_at(poly, x, sample) != 1):
                return None
        if strict:
            for root in roots:
                if not any(self.excluded(g, s, x, root) for g, s in own) and not self.positive_at(poly, x, root):
                    return None
        return Proof(strict, "Sturm count", {"norm": [str(c) for c in norm.coeffs()], "samples": list(map(str, samples))})

    def norm(self, poly, x):
        """An integer polynomial in g_x that vanishes wherever poly does: poly times its conjugates."""
        for i, relation in reversed(self.relations):
            if i != x and poly.degrees()[i]:
                poly = poly.resultant(relation, i)
        if poly.is_zero() or any(d for i, d in enumerate(poly.degrees()) if i != x):
            return None
        rows = self.coefficients(poly, x)
        return flint.fmpq_poly([row.leading_coefficient() if not row.is_zero() else 0 for row in rows]).numer()

    def sign_at(self, poly, x, value):
        """The sign of a polynomial where the symbol g_x has a rational value; None if it was not found."""
        return sign_here(self.tree_of(poly), {self.trees[x][1]: str(value)})

    def excluded(self, g, open_end, x, root):
        """Whether the root of one separator breaks the constraint g >= 0 (g > 0 if the end is open)."""
        if self.degenerate(g, x, root):
            return open_end
        return self.ball_at(g, x, root) == -1

    def positive_at(self, poly, x, root):
        return not self.degenerate(poly, x, root) and self.ball_at(poly, x, root) == 1

    def degenerate(self, g, x, root):
        """Whether g vanishes at the root: exact for polynomials in one symbol, else a claim only if exact."""
        polynomial = not any(d for i, d in enumerate(g.degrees()) if i != x)
        if polynomial:
            return self.norm(g, x) % root.poly == 0
        if root.value is not None:
            return self.sign_at(g, x, root.value) == 0
        return False

    def ball_at(self, g, x, root):
        """The sign of g at an irrational root, by narrowing the root's interval; 0 if none was found."""
        for bits in (20, 60, 180, 500):
            value = ball(self.tree_of(g), {self.trees[x][1]: between(*root.narrow(bits))}, bits + 64)
            if value is not None and (value > 0 or value < 0):
                return 1 if value > 0 else -1
        return 0

    # ---- numbers and side conditions

    def vanishes(self, poly):
        """Whether an algebraic number is zero: it solves a polynomial whose other roots are larger than it."""
        if any(d and (self.trees[i] is None or self.trees[i][0] != "^") for i, d in enumerate(poly.degrees())):
            return False
        unknown = self.generator(("x", ""), ("x", ""))
        solved = self.norm(unknown - poly, self.keys["x", ""])
        size = max(map(abs, solved.coeffs()))
        least = next(abs(c) for c in solved.coeffs() if c != 0)    # roots other than 0 exceed least/(least + size)
        value = ball(self.tree_of(poly), {}, 4096)
        return solved[0] == 0 and value is not None and abs(value) < flint.arb(flint.fmpq(least, least + size))

    def granted(self):
        """Whether all side conditions are proved; the first that is not is kept in `open_side`."""
        for kind, poly in self.sides:
            if not (self.nonzero(poly) if kind == "nonzero" else self.prove(poly, kind == "positive")):
                self.open_side = f"{show(self.tree_of(poly))} {SIDES[kind]}"
                return False
        return True


def positive_coefficients(poly, constraints, strict):
    """Whether every term is known to be nonnegative (strict: and one of them positive)."""
    single = {}
    for g, open_end in constraints:
        if len(g) == 1 and g.total_degree() == 1 and g.leading_coefficient() > 0:
            single[g.degrees().index(1)] = open_end or single.get(g.degrees().index(1), False)
    some = False
    for exponents, c in poly.terms():
        used = [i for i, e in enumerate(exponents) if e]
        if c < 0 or any(exponents[i] % 2 and i not in single for i in used):
            return False
        some = some or all(single.get(i, False) for i in used)
    return some or not strict


# ---- numbers

def ball(node, values, bits=128):
    """The value of a tree as a ball, or None where it is not a finite real number."""
    with flint.ctx.workprec(bits):
        try:
            found = evaluate(node, values, Balls)
        except Inexact:
            return None
    return found if found.is_finite() else None


def ball_sign(node):
    """1 or -1 where a ball for the tree's value excludes zero, else None."""
    for bits in (64, 256, 1024, 4096):
        found = ball(node, {}, bits)
        if found is not None and (found > 0 or found < 0):
            return 1 if found > 0 else -1
    return None


def number_sign(node):
    """The sign of a real number given by a tree: 1, 0, -1, or None if it was not decided.

    A nonzero sign is proved by a rational value or a ball.  Zero is proved by reduction, or, for an
    algebraic number, by a ball smaller than every nonzero root of a polynomial that it solves.
    """
    if names(node) or names(node, "free") or names(node, "nc"):
        return None
    try:
        value = evaluate(node, {}, Exact)
        return (value > 0) - (value < 0)
    except Inexact:
        pass
    found = ball_sign(node)
    if found is not None:
        return found
    try:
        domain, (num, den) = build([], node)
        if not domain.granted():
            return None
        return 0 if domain.normal(num).is_zero() or domain.vanishes(num) else None
    except Refused:
        return None


def sign_here(node, point):
    """The sign of a tree at a point {name: tree of a number}."""
    return number_sign(substitute(node, point))


def build(relations, node):
    """The domain of the relations and the quotient of the tree in it."""
    indices, room = {}, 24
    for _ in range(40):
        try:
            domain = Domain(relations, indices, room)
            return domain, domain.quotient(node)
        except Restart as need:
            if need.key is None:
                room *= 2
            else:
                indices[need.key] = lcm(indices.get(need.key, 1), need.index)
    raise Refused("the roots in the goal are nested too deeply")
