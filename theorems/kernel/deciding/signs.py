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
    squares         g is a sum of squares, by a rational LDL^T of a Gram matrix
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm, prod

import flint

from theorems.kernel.deciding.algebra import Algebra, Restart
from theorems.kernel.deciding.canonical import (REAL, Exact, Inexact, Refused, evaluate, exact_at, names, plus, show, substitute,
                                       times)
from theorems.kernel.deciding.positivity import bernstein, combination, spread, squares
from theorems.kernel.deciding.roots import cells, factors, rational, solutions

SIDES = {"nonzero": "!= 0", "nonnegative": ">= 0", "positive": "> 0"}
TERMS_OF_NORM = 2000                    # a norm is not taken of polynomials with more terms
SHIFTS = 150                            # changes of variable tried by `slack`
PRODUCTS = 60                           # a Bernstein form of more is not written down


def ends(value):
    """Rational bounds of a ball, to 60 binary places."""
    scaled = value*2**60
    return (Fraction(int(scaled.lower().floor().unique_fmpz()), 2**60),
            Fraction(int(scaled.upper().ceil().unique_fmpz()), 2**60))


def place(bounds, t, flag):
    """Where the coordinate t of a Bernstein box lies between the bounds of its generator."""
    low, high = bounds[:2]
    if flag[2]:
        return low + (high - low)*t
    t = t/(1 - t) if t != 1 else Fraction(2**20)
    return high - t if low is None else low + t


def between(low, high):
    """The ball that covers [low, high]."""
    low, high = (flint.arb(flint.fmpq(end.numerator, end.denominator)) for end in (low, high))
    return low.union(high)


@dataclass(frozen=True)
class Proof:
    strict: bool
    how: str
    data: dict


class Domain(Algebra):
    """The algebra of a goal, with what its assumptions say: constraints g >= 0 or g > 0, and g != 0."""

    def __init__(self, relations, points, indices, room):
        super().__init__(indices, room)
        self.points, self.hints = points, []
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
        elif operator in ("!=", ">"):
            self.unequal += [factor for factor, _ in num.factor()[1]]
        if operator in (">", ">="):
            self.assume(num, operator == ">")
        for kind, poly in self.sides:                          # a relation that holds is defined
            if kind == "nonzero":
                self.unequal += [factor for factor, _ in poly.factor()[1]]
            else:
                self.assume(poly, kind == "positive")
        self.sides, self.proofs = [], {}

    def equate(self, poly):
        """Reduce by poly = 0 if it can be solved for a symbol, its leading coefficient nonzero."""
        choices = [(int(d), not self.lead(poly, i).is_constant(), i) for i, d in enumerate(poly.degrees())
                   if d and self.trees[i][0] == "x"] if not poly.is_zero() else []
        for degree, loose, i in sorted(choices):
            rest, lead = self.coefficients(poly, i)[0], self.lead(poly, i)
            # lead x + rest = 0 with rest != 0 says that lead differs from 0
            if not loose or self.nonzero(lead) or (degree == 1 and self.nonzero(rest) is not None):
                self.unequal += [factor for factor, _ in lead.factor()[1]]
                self.relations.insert(0, (i, poly))
                kept = ((self.normal(g), strict) for g, strict in self.constraints)
                self.constraints = [(g, strict) for g, strict in kept if not g.is_constant()]
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
            found.append(self.prove(factor, True) or self.prove(-factor, True) or self.prove(factor**2, True))
        return found if all(found) and not self.normal(poly).is_zero() else None

    def factors(self, num, den):
        """(sign of the number in front, [(irreducible factor, power)]) of num*den, in the order of their text."""
        sign, found = 1, {}
        for poly in (num, den):
            content, factors = poly.factor()
            sign = sign if content > 0 else -sign
            for factor, power in factors:
                found[str(factor)] = factor, found.get(str(factor), (factor, 0))[1] + int(power)
        return sign, [found[name] for name in sorted(found)]

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
        if self.uses(poly, "I") or self.contradicted(poly, strict):
            return None
        if poly.total_degree() % 2 and self.symbols(poly) and not self.linked(poly)[1]:
            return None                                        # of odd degree, and nothing bounds it
        for method in (self.constant, self.slack, self.univariate, self.bernstein, self.discriminant,
                       self.products, self.squares):
            proof = method(poly, strict)
            if proof:
                return self.written(proof, poly)
        return None

    def written(self, proof, poly):
        """A proof by counting, with a sum of products beside it that anybody can multiply out, where one is found."""
        if proof.how not in ("Sturm count", "Bernstein coefficients") or proof.data.get("products"):
            return proof
        found = self.squares(poly, proof.strict) or self.products(poly, proof.strict)
        return replace(proof, data={**proof.data, **found.data}) if found else proof

    def contradicted(self, poly, strict):
        """Whether a known point of the domain shows that there is nothing to prove."""
        node = self.tree_of(poly)
        for point in self.points:
            value = quick(node, point)
            if value is not None and (value < 0 or (strict and value == 0)):
                return True
        return False

    # ---- methods

    def symbols(self, poly):
        """The generators that a polynomial depends on, also through roots and functions."""
        used = {i for i, d in enumerate(poly.degrees()) if d > 0}
        reached = set()
        for i in used:
            reached |= {k for k, tree in enumerate(self.trees) if tree and tree[0] == "x"
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
        if not h.degrees()[i] > 0:
            return h
        rows = self.coefficients(h, i)
        degree = len(rows) - 1
        total = sum((row*top**k*bottom**(degree - k) for k, row in enumerate(rows)), self.one*0)
        return total*sign**degree

    def univariate(self, poly, strict):
        symbols = self.symbols(poly)
        if len(symbols) != 1 or any(self.trees[i][0] not in ("x", "^") for i, d in enumerate(poly.degrees()) if d):
            return None
        x = symbols[0]
        own = [(g, s) for g, s in self.constraints if self.symbols(g) == [x] and self.norm(g, x)]
        norm = self.norm(poly, x)
        if not norm:
            return None
        separators = {str(f): f for p in (norm, *(self.norm(g, x) for g, _ in own)) for f in factors(p)}
        roots, samples = cells(separators.values())
        met = []                                               # whether each cell may meet the domain
        for sample in samples:
            inside = [self.sign_at(g, x, sample) for g, _ in own]
            met.append(-1 not in inside)
            if met[-1] and (None in inside or self.sign_at(poly, x, sample) != 1):
                self.hints.append({self.trees[x][1]: str(sample)})
                return None
        for root, left, right in zip(roots, met, met[1:]):
            if (strict or not (left or right)) and not any(self.excluded(g, s, x, root) for g, s in own) \
                    and self.root_sign(poly, x, root) not in ((1,) if strict else (0, 1)):
                self.hints += [{self.trees[x][1]: value} for value in solutions(root.poly)]
                return None
        return Proof(strict, "Sturm count", {"norm": [str(c) for c in norm.coeffs()], "samples": list(map(str, samples))})

    def norm(self, poly, x, extra=()):
        """An integer polynomial in g_x that vanishes wherever poly does: poly times its conjugates."""
        for i, relation in [*reversed(self.relations), *extra]:
            if len(poly) > TERMS_OF_NORM:
                return None
            if i != x and poly.degrees()[i]:
                poly = poly.resultant(relation, i)
        if poly.is_zero() or any(d for i, d in enumerate(poly.degrees()) if i != x):
            return None
        rows = self.coefficients(poly, x)
        return flint.fmpq_poly([row.leading_coefficient() if not row.is_zero() else 0 for row in rows]).numer()

    def sign_at(self, poly, x, value):
        """The sign of a polynomial where the symbol g_x has a rational value; None if it was not found."""
        return sign_here(self.tree_of(poly), {self.trees[x][1]: str(value)})

    def root_sign(self, g, x, root):
        """The sign of g where the symbol g_x is a root, or None."""
        if root.value is not None:
            return self.sign_at(g, x, root.value)
        for bits in (20, 80, 320):
            value = ball(self.tree_of(g), {self.trees[x][1]: between(*root.narrow(bits))}, bits + 64)
            if value is not None and (value > 0 or value < 0):
                return 1 if value > 0 else -1
        return 0 if self.vanishes(g, x, root) else None

    def excluded(self, g, open_end, x, root):
        """Whether the constraint g >= 0 (g > 0 if the end is open) fails at the root."""
        sign = self.root_sign(g, x, root)
        return sign == -1 or (sign == 0 and open_end)

    def bounds(self, i):
        """(low, high, low closed, high closed) of a generator, from constraints on it alone; None if unbounded."""
        low = high = None
        low_closed = high_closed = True
        if not self.symbols(self.gens[i]):
            value = ball(self.trees[i], {})
            return value and (*ends(value), True, True)
        for g, open_end in self.constraints:
            rest, slope = (*self.coefficients(g, i), self.one)[:2]
            if g.degrees()[i] != 1 or not slope.is_constant() or self.symbols(rest):
                continue
            slope = slope.leading_coefficient()
            value, closed = self.end(-rest/slope, slope > 0, open_end)
            if slope > 0 and (low is None or value > low):
                low, low_closed = value, closed
            if slope < 0 and (high is None or value < high):
                high, high_closed = value, closed
        return low, high, low_closed, high_closed

    def end(self, number, lower, open_end):
        """A rational bound no stronger than the number, and whether it is to count as closed."""
        if number.is_constant():
            return (rational(number.leading_coefficient()) if not number.is_zero() else Fraction(0)), not open_end
        return ends(ball(self.tree_of(number), {}))[not lower], True

    def bernstein(self, poly, strict):
        used = [i for i, d in enumerate(poly.degrees()) if d]
        box = [self.bounds(i) for i in used]
        if len(used) > 4 or any(b is None or b[0] is b[1] is None for b in box):
            return None
        flags = []
        for i, (low, high, low_closed, high_closed) in zip(used, box):
            if low is None:                                   # x = high - t
                top, flag = self.number(high) - self.gens[i], (high_closed, False, False)
            else:
                width = self.number(high - low if high is not None else Fraction(1))
                top = self.number(low) + width*self.gens[i]
                flag = (low_closed, high_closed and high is not None, high is not None)
            poly = self.shift(poly, i, top, self.one, 1)
            flags.append(flag)
        terms = {tuple(int(e[i]) for i in used): rational(c) for e, c in poly.terms()}
        boxes, corner = bernstein(terms, flags, strict)
        if corner:
            self.hints.append({self.trees[i][1]: str(place(b, t, flag)) for i, b, t, flag in zip(used, box, corner, flags)
                               if self.trees[i][0] == "x"})
        return boxes and Proof(strict, "Bernstein coefficients", {
            "box": [[self.trees[i], *(None if v is None else str(v) for v in b[:2])] for i, b in zip(used, box)],
            "boxes": boxes, **(self.distances(terms, used, box, strict) if boxes == 1 else {})})

    def distances(self, terms, used, box, strict):
        """The Bernstein form in one box, as products of distances from its sides."""
        found = spread(terms, [None not in side[:2] for side in box], strict)
        products = []
        for weight, *powers in found if len(found) <= PRODUCTS else ():
            nodes = []
            for i, (low, high, *_), near, far in zip(used, box, *powers):
                weight /= (high - low)**(near + far) if None not in (low, high) else 1
                x, near, far = self.trees[i], near if low is not None else 0, far if low is not None else near
                nodes += [("^", plus(x, str(-low)), str(near))] if near else []
                nodes += [("^", plus(times("-1", x), str(high)), str(far))] if far else []
            products.append([str(weight), nodes])
        return {"times": "1", "products": products}

    def discriminant(self, poly, strict):
        for i, degree in enumerate(poly.degrees()):
            if degree != 2:
                continue
            c, b, a = self.coefficients(poly, i)
            if self.prove(a, True) and self.prove(4*a*c - b*b, strict):
                return Proof(strict, "discriminant", {"of": self.trees[i]})
        return None

    def products(self, poly, strict):
        """poly, or poly times a positive constraint, as a nonnegative combination of products.

        The products are of constraints, of squares of generators and of their sums and differences.
        """
        if len(poly) > 60 or poly.total_degree() > 8:
            return None
        used, known = self.linked(poly)
        above = [self.gens[i] for i in used if self.prove(self.gens[i], True)]
        multipliers = {str(g): g for g in (self.one, *[g for g, open_end in known if open_end][:4], *above[:2])}
        for multiplier in multipliers.values():
            target = self.normal(self.product(poly, multiplier))
            found = self.candidates(known, used, max(2, target.total_degree()))
            columns = [{e: rational(c) for e, c in value.terms()} for value, _, _ in found]
            rewarded = {k for k, (_, positive, _) in enumerate(found) if positive}
            weights = combination({e: rational(c) for e, c in target.terms()}, columns, rewarded if strict else ())
            if weights and not (strict and not rewarded & set(weights)):
                data = [[str(c), [self.tree_of(g) for g in found[k][2]]] for k, c in weights.items()]
                return Proof(strict, "nonnegative combination of products",
                             {"times": self.tree_of(multiplier), "products": data})
        return None

    def linked(self, poly):
        """Generators of the polynomial, with those that constraints link to them; and these constraints."""
        used, size = {i for i, d in enumerate(poly.degrees()) if d}, -1
        while len(used) != size:
            size = len(used)
            known = [c for c in self.constraints if used & {i for i, d in enumerate(c[0].degrees()) if d}]
            used |= {i for g, _ in known for i, d in enumerate(g.degrees()) if d}
        return sorted(used), known

    def candidates(self, known, used, degree):
        """(product, positive, its factors) for products of at most this degree, at most 300 of them."""
        squares = [self.gens[i]**2 for i in used]
        squares += [(self.gens[i] + self.gens[j]*s)**2 for i in used for j in used if i < j for s in (1, -1)]
        factors, found = [*known, *((g, False) for g in squares)], [(self.one, True, ())]
        last = [-1]
        for k, (value, positive, chosen) in enumerate(found):
            for n in range(max(last[k], 0), len(factors)):
                g, open_end = factors[n]
                if len(found) < 300 and value.total_degree() + g.total_degree() <= degree:
                    found.append((self.normal(value*g), positive and open_end, (*chosen, g)))
                    last.append(n)
        return found

    def squares(self, poly, strict):
        used = [i for i, d in enumerate(poly.degrees()) if d]
        if poly.total_degree() % 2 or len(used) > 6 or poly.total_degree() > 8:
            return None
        found = squares({tuple(int(e[i]) for i in used): rational(c) for e, c in poly.terms()}, strict)
        if found is None:
            return None
        basis, rows, numbers = found
        monomials = [prod((self.gens[i]**k for i, k in zip(used, e)), start=self.one) for e in basis]
        bases = [sum((m*flint.fmpq(c.numerator, c.denominator) for m, c in zip(monomials, row)), self.one*0) for row in rows]
        return Proof(strict, "sum of squares (rational LDL^T)", {"times": "1", "products": [
            [str(d), [("^", self.tree_of(base), "2")]] for d, base in zip(numbers, bases)]})

    # ---- numbers and side conditions

    def vanishes(self, poly, x=None, root=None):
        """Whether an algebraic number is zero: it solves a polynomial whose other roots are larger than it.

        The number is a polynomial in roots and, if given, in the symbol g_x at an irrational root.
        """
        allowed = {i for i, tree in enumerate(self.trees) if tree[0] == "^"} | {x}
        if any(d and i not in allowed for i, d in enumerate(poly.degrees())):
            return False
        unknown = self.generator(("x", ""), ("x", ""))
        extra = [] if root is None else [(x, self.polynomial(root.poly, x))]
        solved = self.norm(unknown - poly, self.keys["x", ""], extra)
        if solved is None or solved[0] != 0:
            return False
        size = max(map(abs, solved.coeffs()))
        least = next(abs(c) for c in solved.coeffs() if c != 0)    # roots other than 0 exceed least/(least + size)
        bits = int(size).bit_length() + 40
        values = {} if root is None else {self.trees[x][1]: between(*root.narrow(4*bits))}
        value = ball(self.tree_of(poly), values, 8*bits)
        return value is not None and bool(abs(value) < flint.arb(flint.fmpq(least, least + size)))

    def polynomial(self, poly, x):
        return sum((self.gens[x]**k*c for k, c in enumerate(poly.coeffs())), self.one*0)

    def granted(self):
        """Whether all side conditions are proved; the first that is not is kept in `open_side`."""
        for kind, poly in self.sides:
            if (self.nonzero(poly) if kind == "nonzero" else self.prove(poly, kind == "positive")) is None:
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

def ball(node, values, bits=128, field=REAL):
    """The value of a tree as a ball, or None where it is not a finite number of the field."""
    with flint.ctx.workprec(bits):
        try:
            found = evaluate(node, values, field)
        except Inexact:
            return None
    return found if found.is_finite() else None


def quick(node, point):
    """The rational value of a tree at a point, or a ball for it, or None."""
    try:
        return exact_at(node, point)
    except Inexact:
        return ball(substitute(node, point), {})


def ball_sign(node):
    """1 or -1 where a ball for the tree's value excludes zero, else None."""
    for bits in (64, 256, 1024, 4096):
        found = ball(node, {}, bits)
        if found is not None and (found > 0 or found < 0):
            return 1 if found > 0 else -1
    return None


def number_sign(node, zeros=True):
    """The sign of a real number given by a tree: 1, 0, -1, or None if it was not decided (an irrational zero never, if not `zeros`).

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
    if found is not None or not zeros:
        return found
    try:
        domain, (num, den) = build([], node)
        if not domain.granted():
            return None
        return 0 if domain.normal(num).is_zero() or domain.vanishes(num) else None
    except Refused:
        return None


def sign_here(node, point, zeros=True):
    """The sign of a tree at a point {name: tree of a number}, as `number_sign` gives it."""
    try:
        value = exact_at(node, point)
        return (value > 0) - (value < 0)
    except Inexact:
        return number_sign(substitute(node, point), zeros)


def build(relations, node, points=()):
    """The domain of the relations, some points of it being known, and the quotient of the tree in it."""
    indices, room = {}, 24
    for _ in range(40):
        try:
            domain = Domain(relations, points, indices, room)
            return domain, domain.quotient(node)
        except Restart as need:
            if need.key is None:
                room *= 2
            else:
                indices[need.key] = lcm(indices.get(need.key, 1), need.index)
    raise Refused("the roots in the goal are nested too deeply")
