"""Seven ways to show the sign of a polynomial on a domain cut out by polynomial relations, with proofs that can be re-checked.

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

from dataclasses import dataclass
from fractions import Fraction
from math import prod

import flint

from theorems.kernel.deciding.algebra import Algebra
from theorems.kernel.deciding.arithmetic import ball, ball_sign, between, ends
from theorems.kernel.deciding.canonical import plus, times
from theorems.kernel.deciding.positivity import bernstein, combination, spread, squares
from theorems.kernel.deciding.roots import cells, factors, rational, solutions

TERMS_OF_NORM = 2000                    # a norm is not taken of polynomials with more terms
DEGREE_OF_NORM = 256                    # a 1024th root has too many conjugates
SHIFTS = 150                            # changes of variable tried by `slack`
PRODUCTS = 60                           # a Bernstein form of more is not written down


@dataclass(frozen=True)
class Proof:
    strict: bool
    how: str
    data: dict


class Methods(Algebra):
    """What `signs` tries in this order; it gives the constraints, the known points, and `prove` for smaller questions."""

    def methods(self):
        return (self.slack, self.univariate, self.bernstein, self.discriminant, self.products, self.squares)

    def symbols(self, poly):
        """The generators that a polynomial depends on, also through roots and functions."""
        used = {i for i, d in enumerate(poly.degrees()) if d > 0}
        reached = set()
        for i in used:
            reached |= {k for k, tree in enumerate(self.trees) if tree and tree[0] == "x"
                        and repr(tree) in repr(self.trees[i])}
        return sorted(reached)

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
                if max(map(int, poly.degrees()))*int(relation.degrees()[i]) > DEGREE_OF_NORM:
                    return None
                poly = poly.resultant(relation, i)
        if poly.is_zero() or any(d for i, d in enumerate(poly.degrees()) if i != x):
            return None
        rows = self.coefficients(poly, x)
        return flint.fmpq_poly([row.leading_coefficient() if not row.is_zero() else 0 for row in rows]).numer()

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
        if poly.is_zero():                                    # a number such as atan 0, whose ball is 0
            return None
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
        of_degree = {}
        for multiplier in multipliers.values():
            target = self.normal(self.product(poly, multiplier))
            degree = max(2, target.total_degree())
            if degree not in of_degree:
                found = self.candidates(known, used, degree)
                of_degree[degree] = found, [{e: rational(c) for e, c in value.terms()} for value, _, _ in found]
            found, columns = of_degree[degree]
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


def positive_coefficients(poly, constraints, strict):
    """Whether every term is known to be nonnegative (strict: and one of them positive)."""
    single = {}
    for g, open_end in constraints:
        if len(g) == 1 and g.total_degree() == 1 and g.leading_coefficient() > 0:
            single[g.degrees().index(1)] = open_end or single.get(g.degrees().index(1), False)
    some = False
    for exponents, c in poly.terms():
        if c < 0:
            return False
        used = [i for i, e in enumerate(exponents) if e]
        if any(exponents[i] % 2 and i not in single for i in used):
            return False
        some = some or all(single.get(i, False) for i in used)
    return some or not strict


def place(bounds, t, flag):
    """Where the coordinate t of a Bernstein box lies between the bounds of its generator."""
    low, high = bounds[:2]
    if flag[2]:
        return low + (high - low)*t
    t = t/(1 - t) if t != 1 else Fraction(2**20)
    return high - t if low is None else low + t
