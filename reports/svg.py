"""Plots as inline SVG text: the same numbers give the same bytes, colours come from the page's style.

A mark differs from another in shape or dashes, never in colour alone.
"""

import math
from xml.sax.saxutils import escape, quoteattr

LEFT, RIGHT, TOP, BOTTOM = 56, 14, 14, 40
LETTER = 5.8                       # pixels of a mean letter at the size of the labels
_SHAPES = {"circle": "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", "cross": "M-4,-4L4,4M-4,4L4,-4",
           "diamond": "M0,-5L5,0L0,5L-5,0Z", "square": "M-4,-4H4V4H-4Z",
           "dot": "M-7,0h0M0,0h0M7,0h0", "patch": "M-9,-5H9V5H-9Z", "ring": "M-7,0a7,7 0 1,0 14,0a7,7 0 1,0 -14,0"}


class Plot:
    """Axes over x = (low, high) and y = (low, high); either may be logarithmic.

    `key` explains lines and marks above the axes: (kind, shape or "" for a line, words) each.
    """

    def __init__(self, x, y, size=(680, 300), labels=("", ""), log=(False, False), key=()):
        self.x, self.y, self.size, self.labels, self.log, self.parts = x, y, size, labels, log, []
        self.top = TOP
        if key:
            self._key(key)

    def at(self, x, y):
        """Where a point of the plane lies on the paper."""
        width, height = self.size[0] - LEFT - RIGHT, self.size[1] - self.top - BOTTOM
        return LEFT + width*_share(x, *self.x, self.log[0]), self.top + height*(1 - _share(y, *self.y, self.log[1]))

    def line(self, points, kind):
        """A polyline; what lies outside the axes is left out."""
        inside = [point if self._inside(*point) else None for point in points]
        path = "".join(f"{'L' if i and inside[i - 1] else 'M'}{_pair(*self.at(*point))}"
                       for i, point in enumerate(inside) if point)
        self.parts.append(f'<path class="{kind}" d="{path}"/>')

    def dots(self, points, kind):
        """Many small dots, each place of the paper once."""
        places = sorted({tuple(round(2*z)/2 for z in self.at(*point)) for point in points if self._inside(*point)})
        moves = ((x - a, y - b) for (a, b), (x, y) in zip(places, places[1:]))
        path = "".join([*(f"M{_pair(*place)}z" for place in places[:1]), *(f"m{_pair(*move)}z" for move in moves)])
        self.parts.append(f'<path class="{kind}" d="{path}"/>')

    def mark(self, x, y, shape, kind, told=""):
        """One mark with words for a pointer; outside the axes, or where a number is none, nothing."""
        if not self._inside(x, y):
            return
        place = _pair(*self.at(x, y))
        self.parts.append(f'<path class="{kind}" transform="translate({place})" d="{_SHAPES[shape]}">'
                          f'<title>{escape(told)}</title></path>')

    def whisker(self, x, low, high, kind):
        """An upright bar between two heights, cut off at the axes."""
        low, high = (min(max(end, self.y[0]), self.y[1]) for end in (low, high))
        if not (self._inside(x, low) and self._inside(x, high)):
            return
        self.parts.append(f'<path class="{kind}" d="M{_pair(*self.at(x, low))}V{_number(self.at(x, high)[1])}"/>')

    def area(self, below, above, kind):
        """What lies between two polylines over the same places."""
        points = [*below, *reversed(above)]
        if any(math.isnan(place) for point in points for place in point):
            return
        path = "L".join(_pair(*self.at(*point)) for point in points)
        self.parts.append(f'<path class="{kind}" d="M{path}Z"/>')

    def box(self, low, high, kind):
        """A rectangle between two corners."""
        (x0, y1), (x1, y0) = self.at(*low), self.at(*high)
        self.parts.append(f'<rect class="{kind}" x="{_number(x0)}" y="{_number(y0)}" '
                          f'width="{_number(max(x1 - x0, .5))}" height="{_number(max(y1 - y0, .5))}"/>')

    def upright(self, x, told, level=0, kind="guide"):
        """A vertical line with its name at the top."""
        place, _ = self.at(x, self.y[0])
        self.parts.append(f'<path class="{kind}" d="M{_pair(place, self.top)}V{self.size[1] - BOTTOM}"/>')
        self.text(place + 3, self.top + 10 + 12*level, told)

    def text(self, x, y, told, anchor="start"):
        self.parts.append(f'<text x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}">{escape(told)}</text>')

    def inset(self, plot, right, down):
        """Another plot inside this one, its upper left corner at these shares of the size."""
        place = _pair(self.size[0]*right, self.size[1]*down)
        self.parts.append(f'<g transform="translate({place})">{plot.drawn()}</g>')

    def drawn(self):
        """Axes and contents, without the frame of a picture."""
        return "".join(self._ticks()) + "".join(self.parts)

    def _key(self, key):
        """One row of samples with their words, or more where they do not fit."""
        x, y = LEFT, 12
        for kind, shape, told in key:
            wide = 34 + LETTER*len(told)
            if x > LEFT and x + wide > self.size[0] - RIGHT:
                x, y = LEFT, y + 17
            sample = f'transform="translate({_pair(x + 11, y)})" d="{_SHAPES[shape]}"' if shape else f'd="M{_pair(x, y)}h22"'
            self.parts.append(f'<path class="{kind}" {sample}/>')
            self.text(x + 28, y + 4, told)
            x += wide + 8
        self.top = y + 16

    def svg(self, alt, style=""):
        """The whole picture; `alt` says in words what it shows."""
        width, height = self.size
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label={quoteattr(alt)}>'
                f'{style}{self.drawn()}</svg>')

    def _inside(self, x, y):
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]

    def _ticks(self):
        width, height = self.size
        yield f'<path class="axis" d="M{LEFT},{self.top}V{height - BOTTOM}H{width - RIGHT}"/>'
        for value, told in _round_values(*self.x, self.log[0]):
            place, _ = self.at(value, self.y[0])
            yield f'<path class="axis" d="M{_pair(place, height - BOTTOM)}v5"/>'
            yield f'<text x="{_number(place)}" y="{height - BOTTOM + 17}" text-anchor="middle">{told}</text>'
        for value, told in _round_values(*self.y, self.log[1]) if self.labels[1] else ():
            _, place = self.at(self.x[0], value)
            yield f'<path class="axis" d="M{_pair(LEFT, place)}h-5"/>'
            yield f'<text x="{LEFT - 8}" y="{_number(place + 4)}" text-anchor="end">{told}</text>'
        yield f'<text x="{(LEFT + width - RIGHT)//2}" y="{height - 6}" text-anchor="middle">{escape(self.labels[0])}</text>'
        yield (f'<text transform="translate(13,{(self.top + height - BOTTOM)//2}) rotate(-90)" '
               f'text-anchor="middle">{escape(self.labels[1])}</text>')


def _share(value, low, high, log):
    if log:
        value, low, high = math.log10(value), math.log10(low), math.log10(high)
    return (value - low)/(high - low)


def _round_values(low, high, log):
    if log:
        first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
        if high/low < 100:
            return [(k*10.0**e, f"{k*10.0**e:.3g}") for e in range(first - 1, last + 1) for k in (1, 2, 5) if low <= k*10.0**e <= high]
        every = max(1, (last - first)//8 + 1)
        return [(10.0**k, f"1e{k}" if k < 0 or k > 3 else f"{10**k}") for k in range(first, last + 1) if k % every == 0]
    rough = (high - low)/6
    unit = 10**math.floor(math.log10(rough))
    step = next(unit*k for k in (1, 2, 5, 10) if unit*k >= rough)
    numbers = range(math.ceil(low/step), math.floor(high/step) + 1)
    return [(k*step, f"{k*step:.6g}") for k in numbers]


def _number(value):
    return f"{value:.1f}".removesuffix(".0")


def _pair(x, y):
    return f"{_number(x)},{_number(y)}"
