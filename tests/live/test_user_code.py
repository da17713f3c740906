"""Typing runs no code of the user but what live inspection promises, on a real ipykernel, with jedi and without.

An object counts whatever is done to it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.live.terminal import new_home
from tests.live.typist import Typist, ipykernel

SETUP = """
import collections, functools, os
done = collections.Counter()
def counted(name, value):
    def method(self, *arguments, **options):
        done[name] += 1
        return value(self, *arguments) if callable(value) else value
    return method
class Part:
    def up(self, by, times=1): "Go up."
class Order:
    def __init__(self): self.part = Part()
    __repr__ = counted("repr", "an order")
    __str__ = counted("str", "an order")
    __len__ = counted("len", 3)
    __bool__ = counted("bool", True)
    __iter__ = counted("iter", lambda self: iter("abc"))
    __contains__ = counted("contains", True)
    __getitem__ = counted("getitem", lambda self, key: Part())
    __add__ = counted("add", 1)
    __dir__ = counted("dir", lambda self: object.__dir__(self))
    __enter__ = counted("enter", 1)
    __exit__ = counted("exit", None)
    _repr_html_ = counted("html", "<b>")
    _repr_mimebundle_ = counted("mimebundle", None)
    _ipython_display_ = counted("display", None)
    _ipython_key_completions_ = counted("keys", lambda self: ["alpha", "beta"])
    keys = counted("keys", lambda self: ["alpha", "beta"])
    sum = property(counted("property", lambda self: Part()))
    lazy = functools.cached_property(counted("property", lambda self: Part()))
    lazy.__set_name__(None, "lazy")
    def __getattr__(self, name):
        if not name.startswith("_"): done["getattr"] += 1
        raise AttributeError(name)
    def act(self, first, second=2): "Do."
class Table(dict):
    keys = counted("keys", lambda self: dict.keys(self))
    __getitem__ = counted("getitem", lambda self, key: dict.__getitem__(self, key))
    __repr__ = counted("repr", "a table")
    __len__ = counted("len", 1)
od, tab, ods = Order(), Table(a=Order()), [Order()]
def work(to, much=1): "Work."
"""
FREE, DOT, BRACKET = frozenset[str](), frozenset({"dir"}), frozenset({"keys"})
# What is typed, and what it may do to the object: behind a dot its names are listed, behind a square bracket its keys,
# and where its method is called its repr is made, once.
CODES = {
    "x = od + 1": FREE,
    "od.sum": DOT,
    "od.sum.up(1, ": DOT,
    "od.lazy.up(": DOT,
    "od.part.up(1": DOT,
    "od.none.more(": DOT,
    "x = od.sum\nx.up": DOT,
    "for x in od: x.up": FREE,
    "with od as x: x.up": FREE,
    "od['a'].up(": BRACKET,
    "od.sum['a']": DOT,
    "ods[0].sum.up": DOT | BRACKET,
    "tab['a'].sum.up": BRACKET,
    "(od).sum.up": DOT,
    "[od][0].sum": DOT,
    "len(od)": FREE,
    "print(od.sum, od": DOT,
    "work(od, much=od.sum.up(": DOT,
    "f'{od.sum.up} {od": DOT,
    "if od.sum: od": DOT,
    "od.act(1, second=od": DOT | {"repr"},
    "Order.sum.fget": FREE,
    "Order.act(od": FREE,
    "# od.sum.up(": FREE,
    "'od.sum.up(": FREE,
    "%timeit od.sum.up": DOT,
    "!echo od.sum.up": DOT,
}
# And what has to be offered all the same: with jedi nothing of an attribute that may be a property.
OFFERED = {"od.pa": "part", "os.path.jo": "join", "tab[": "'a'", "work(mu": "much=", "od.act(od.pa": "part"}


@pytest.fixture(params=[False, True], ids=["own, without jedi", "attached, with jedi"])
def typist(request: pytest.FixtureRequest) -> Iterator[Typist]:
    jedi = request.param
    with new_home() as home, ipykernel(home, f"--IPCompleter.use_jedi={jedi}") as file:
        typist = Typist(file, own=not jedi, jedi=jedi)
        yield typist
        typist.close()


def test_typing_runs_nothing_of_the_users(typist: Typist) -> None:
    typist.run(SETUP)
    ran = {}
    for code, allowed in CODES.items():
        typist.types(code)
        typist.put("")
        typist.put(code)
        done = ast.literal_eval(typist.run("print(dict(done)); done.clear()"))
        if not set(done) <= allowed or done.get("repr", 0) > 1:
            ran[code] = done
    assert ran == {}


def test_what_runs_nothing_is_offered(typist: Typist) -> None:
    typist.run(SETUP)
    for code, match in OFFERED.items():
        typist.put(code)
        assert match in typist.matches, code
