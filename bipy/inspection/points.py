"""The points of one code: where reading can begin, as far as it was read.

A key changes little.  So the points of the code before are lent to the next: those in front of the change are the same.
Those behind it are kept, and hold again as soon as reading comes to one of them with the same kinds of frames open and
in the same mode; then they are followed, their offsets moved, instead of read.  Each is looked at only when something
is asked that lies behind it: a key in 10,000 lines costs the line it was typed in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from operator import itemgetter

from bipy.inspection.scanner import Frame, Language, Point, Scanner

AHEAD = 10_000
"""How many characters are read for a closing bracket; what was read before is no more than looked at."""

_OFFSET = itemgetter(0)


class Points:
    """The points of `code`."""

    def __init__(self, code: str, language: Language) -> None:
        self.code = code
        self.language = language
        self._points = [language.start]
        self._reached = 0
        # Points behind the change, in the code that they were read from: the first that may hold, the next to look at,
        # and how far they have moved.
        self._kept: list[Point] = []
        self._first = self._next = self._shift = 0
        # Once they hold: where the frames that are open around them were, and where they are.
        self._frames: dict[int, int] | None = None

    def next(self, code: str) -> Points:
        """The points of the code that comes after this one."""
        points = Points(code, self.language)
        points._borrow(self)
        return points

    def scanner(self, point: Point) -> Scanner:
        """A scanner that begins at `point`."""
        return self.language.scanner(self.code, point)

    def before(self, offset: int) -> Point | None:
        """The last point at or before `offset`, after reading that far; None when that is too far."""
        if self._reached < offset:
            if not self._read_on(offset, len(self.code)):
                return None
            self._reached = offset
        return self._points[self._index(offset)]

    def lines(self, offset: int) -> Iterator[Point]:
        """The points at the start of a line, from `offset` backwards."""
        for index in range(self._index(offset), -1, -1):
            point = self._points[index]
            if not point.offset or self.code[point.offset - 1] == "\n":
                yield point

    def last_inside(self, offset: int, depth: int) -> Point:
        """The last point inside the brackets that were opened at `offset`, `depth` frames deep, as far as is read."""

        def closed(point: Point) -> bool:
            return len(point.stack) <= depth or point.stack[depth][1] != offset

        first = self._index(offset) + 1
        index = bisect_left(self._points, True, first, key=closed)
        if index == len(self._points):
            self._read_on(len(self.code), AHEAD, closed)
            index = bisect_left(self._points, True, first, key=closed)
        return self._points[index - 1]

    def _index(self, offset: int) -> int:
        return bisect_right(self._points, offset, key=_OFFSET) - 1

    def _read_on(self, end: int, most: int, stop: Callable[[Point], bool] | None = None) -> bool:
        """Read up to `end`, `most` characters of what was not read before; or to a point that stops it.

        False when it did not come that far.
        """
        while True:
            count = 1
            while points := self._follow(end, count):
                self._points += points
                if stop and stop(points[-1]):
                    return True
                count *= 2
            begin = self._points[-1].offset
            scanner = self.scanner(self._points[-1])
            scanner.wanted = self._wanted()
            for offset, mark in scanner.marks(min(end, begin + most)):
                if mark:
                    continue
                point = scanner.point(offset)
                self._points.append(point)
                if stop and stop(point):
                    return True
                if self._holds(point):
                    break
                scanner.wanted = self._wanted()
            else:
                return scanner.finished and begin + most >= end

    def _borrow(self, previous: Points) -> None:
        """Take what is the same in the code before."""
        code, before, margin = self.code, previous.code, self.language.margin
        begin = _alike(code, before)
        previous.before(begin)
        end = len(before) - _alike_behind(code, before, min(len(code), len(before)) - begin)
        self._points = previous._points[: max(1, bisect_right(previous._points, begin - margin, key=_OFFSET))]
        self._reached = self._points[-1].offset
        kept, first, shift = previous._points, 0, 0
        if previous._kept and previous._kept[-1].offset + previous._shift > kept[-1].offset:
            kept, first, shift = previous._kept, previous._first, previous._shift
        first = max(first, bisect_left(kept, end + margin - shift, key=_OFFSET))
        if first < len(kept):
            self._kept, self._first, self._next = kept, first, first
            self._shift = shift + len(code) - len(before)

    def _wanted(self) -> int:
        """The offset of the next point that was kept."""
        return self._kept[self._next].offset + self._shift if self._next < len(self._kept) else -1

    def _holds(self, point: Point) -> bool:
        """Whether one of the points that were kept is this one, and so those behind it hold too."""
        kept = self._kept
        while self._next < len(kept) and kept[self._next].offset + self._shift < point.offset:
            self._next += 1
        if self._next == len(kept):
            return False
        offset, stack, mode = kept[self._next]
        kinds = [kind for kind, _ in stack]
        if offset + self._shift != point.offset or mode != point.mode or kinds != [kind for kind, _ in point.stack]:
            return False
        self._frames = {was: now for (_, was), (_, now) in zip(stack, point.stack, strict=True)}
        self._next += 1
        return True

    def _follow(self, end: int, count: int) -> list[Point]:
        """The next `count` of the points that were kept, if they hold, and none behind `end`."""
        if self._frames is None:
            return []
        frames, shift = self._frames, self._shift
        points = []
        # Neighbours mostly have one stack.
        last: tuple[Frame, ...] = ()
        moved = last
        for offset, stack, mode in self._kept[self._next : self._next + count]:
            if offset + shift > end:
                break
            if stack is not last:
                last, moved = stack, tuple((kind, frames.get(was, was + shift)) for kind, was in stack)
            points.append(Point(offset + shift, moved, mode))
        self._next += len(points)
        return points


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _alike_behind(one: str, other: str, most: int) -> int:
    """How many characters both end with, `most` at most."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
