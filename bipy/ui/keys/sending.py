"""Which keys terminals send: what no terminal sends, and what most send as another key.

Every terminal sends characters, Ctrl with a letter and with a few signs, Alt with any of these, and the keys that have
names with Shift, Alt and Ctrl.  Some control characters are keys with names too: Ctrl-I is the byte of Tab.  Only with
kitty's keyboard protocol or xterm's modifyOtherKeys does a terminal tell those from one another, and send the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bipy.ui.keys.keymap import SENT_BY_ALL, TOLD_APART, spell

_MODIFIERS = ("shift ", "meta ", "ctrl ")
# Signs that have a control character, or the byte of one that has: Ctrl-Space is that of Ctrl-@.
_SIGNS = frozenset("[\\]^_/ ")
# Further keys that are the byte of another one.
_SENT_AS: Mapping[str, str] = {
    **{key: other for key, other in TOLD_APART.items() if key not in SENT_BY_ALL},
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
        typed = "Space" if name == " " else "bind that one"
        return f"no terminal sends {spell(key)}, but the character that it types: {typed}"
    return ""


def seldom_sent(key: str) -> str:
    """Why most terminals do not send `key`; "" if all do."""
    modifiers, name = _parts(key)
    alt = "meta " if "meta" in modifiers else ""
    other = _SENT_AS.get(key.replace("meta ", "", 1) if alt else key)
    if other is not None:
        return f"most terminals send {spell(alt + other)} for {spell(key)}: only {_TOLD} tells them apart"
    return f"only {_TOLD} sends {spell(key)}" if key != "shift tab" and _is_rare(modifiers, name) else ""


def _is_rare(modifiers: Sequence[str], name: str) -> bool:
    """Whether a key has no bytes of its own in most terminals."""
    if len(name) == 1:
        has_control = "a" <= name <= "z" or name in _SIGNS
        return ("ctrl" in modifiers and not has_control) or ("shift" in modifiers and len(modifiers) > 1)
    if name in ("enter", "esc", "tab", "backspace"):
        return bool({"shift", "ctrl"} & {*modifiers})
    return name[0] == "f" and name[1:].isdecimal() and int(name[1:]) > 20


def _parts(key: str) -> tuple[list[str], str]:
    modifiers = []
    for modifier in _MODIFIERS:
        if key.startswith(modifier) and len(key) > len(modifier):
            modifiers.append(modifier.rstrip())
            key = key[len(modifier) :]
    return modifiers, key
