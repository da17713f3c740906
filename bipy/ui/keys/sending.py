"""Which keys terminals send: what no terminal sends, and what most send as another key.

Every terminal sends characters, Ctrl with a letter and with a few signs, Alt with any of these, and the keys that have
names with Shift, Alt and Ctrl.  Some control characters are keys with names too: Ctrl-I is the byte of Tab.  Only with
kitty's keyboard protocol or xterm's modifyOtherKeys does a terminal tell those from one another, and send the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

from bipy.ui.keys.keymap import TOLD_APART, spell

_MODIFIERS = ("shift ", "meta ", "ctrl ")
# Signs that have a control character, or the byte of one that has: Ctrl-Space is that of Ctrl-@.
_SIGNS = frozenset("[\\]^_/ ")
# Further keys that are the byte of another one.
_SENT_AS: Mapping[str, str] = {
    **{key: other for key, other in TOLD_APART.items() if key != "ctrl j"},
    "ctrl h": "backspace",
    "ctrl /": "ctrl _",
    "ctrl backspace": "backspace",
}
_TOLD = "a terminal with kitty's keyboard protocol or modifyOtherKeys"


def never_sent(key: str) -> str:
    """Why no terminal sends `key`; "" if some do."""
    modifiers, name = _parts(key)
    if len(name) == 1 and not name.isprintable():
        return f"{name!r} is no key of a keyboard"
    if modifiers == ["shift"] and len(name) == 1:
        return f"no terminal sends {spell(key)}, but the character that it types: {_typed(name)}"
    return ""


def seldom_sent(key: str) -> str:
    """Why most terminals do not send `key`; "" if all do."""
    modifiers, name = _parts(key)
    alt = "meta " if "meta" in modifiers else ""
    other = _SENT_AS.get(key.replace("meta ", "", 1) if alt else key)
    if other is not None:
        return f"most terminals send {spell(alt + other)} for {spell(key)}: only {_TOLD} tells them apart"
    is_character = len(name) == 1
    rare = (
        is_character
        and (
            ("ctrl" in modifiers and not ("a" <= name <= "z" or name in _SIGNS))
            or ("shift" in modifiers and len(modifiers) > 1)
        )
    ) or (
        not is_character
        and (
            (name in ("enter", "esc", "tab", "backspace") and bool({"shift", "ctrl"} & {*modifiers}))
            or (name[0] == "f" and name[1:].isdecimal() and int(name[1:]) > 20)
        )
    )
    return f"only {_TOLD} sends {spell(key)}" if rare and key != "shift tab" else ""


def _parts(key: str) -> tuple[list[str], str]:
    modifiers = []
    for modifier in _MODIFIERS:
        if key.startswith(modifier) and len(key) > len(modifier):
            modifiers.append(modifier.rstrip())
            key = key[len(modifier) :]
    return modifiers, key


def _typed(name: str) -> str:
    return "Space" if name == " " else "bind that one"
