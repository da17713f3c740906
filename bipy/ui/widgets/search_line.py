"""The line in which a search is typed: which keys it takes, and what each does to its text.

No text is searched here.  A page or the transcript that owns the line looks for what it holds, with each change.
"""

from __future__ import annotations

from enum import Enum, auto


class Typed(Enum):
    """What came of a key."""

    CHANGED = auto()  # the text is another
    ENDED = auto()  # the search stands
    GIVEN_UP = auto()  # everything is as it was before the search
    NOT_TAKEN = auto()  # the search stands, and the key means something else


class SearchLine:
    """`text` is what has been typed behind the "/", None while nothing is typed."""

    def __init__(self) -> None:
        self.text: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether a search is typed."""
        return self.text is not None

    def begin(self) -> None:
        """The keys that follow type a search."""
        self.text = ""

    def press(self, key: str) -> Typed:
        """A key while a search is typed."""
        text = self.text or ""
        if key == "esc" or (key == "backspace" and not text):
            self.text = None
            return Typed.GIVEN_UP
        if key == "backspace":
            self.text = text[:-1]
        elif len(key) == 1:
            self.text = text + key
        else:
            self.text = None
            return Typed.ENDED if key == "enter" else Typed.NOT_TAKEN
        return Typed.CHANGED

    def paste(self, text: str) -> bool:
        """Add the first line of `text`; whether a search is typed."""
        if self.text is None:
            return False
        self.text += text.partition("\n")[0]
        return True
