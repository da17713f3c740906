"""The memory of a host: what is entered goes to the history on disk, what is typed to a draft, and both come back.

What earlier sessions have kept is read once the kernel is up, and what other sessions keep meanwhile when the user
looks for it.  Nothing waits for the disk: processes of their own write and read (see `chronicle` and `drafts`).  The
session decides which entries are kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bipy import chronicle, drafts
from bipy.session import events
from bipy.session.records import Record
from bipy.settings import Settings

# The clocks of machines that share a home may differ by so many seconds.
CLOCKS_DIFFER = 60.0


class Memory:
    """The memory of one host; `tell` gets the events for its session, `settings` may be others later."""

    def __init__(self, reactor: chronicle.Waits, tell: Callable[[object], object], settings: Settings) -> None:
        self.settings = settings
        self._reactor = reactor
        self._tell = tell
        self._writer = chronicle.Writer(reactor, self._note)
        self._drafts = drafts.Keeper()
        self._reader: chronicle.Reader | None = None
        # When the last reader began.
        self._read_at = 0.0

    def keep(self, record: Record) -> None:
        """Keep an entry for later sessions."""
        if self.settings.history == "keep" and not record.by:
            self._writer.append(record)
        self._tell(events.Kept(record))

    def erase(self, code: str) -> None:
        """Forget an entry, in all files."""
        self._writer.forget(code, time.time())

    def recall(self) -> None:
        """Begin to read what earlier sessions have left, the first time that this is called."""
        if self._reader is None:
            for draft in drafts.left_behind():
                self._tell(events.Remembered(draft.text))
                self._note(drafts.told(draft))
            self._read(lambda records: self._tell(events.EarlierRead(records)))

    def recall_others(self) -> None:
        """Begin to read what other sessions have kept since the last time, unless something is being read."""
        if self._reader is not None and self._reader.is_done:
            since = self._read_at - CLOCKS_DIFFER
            self._read(lambda records: self._tell(events.OthersRead(records)), since)

    def _read(self, told: Callable[[tuple[Record, ...]], object], since: float = 0.0) -> None:
        self._read_at = time.time()
        self._reader = chronicle.Reader(self._reactor, told, self._note, self.settings.history_size, since)

    def keep_draft(self, text: str, *, secret: bool) -> None:
        """Keep what is being typed, if it can be no secret."""
        if self.settings.history == "keep" and not (secret and text):
            self._drafts.keep(text)

    def reap(self) -> None:
        """Let the processes go that have ended."""
        self._drafts.reap()
        self._writer.reap()
        if self._reader is not None:
            self._reader.reap()

    def end(self) -> None:
        """The session ends: what was being typed has been printed, or is in its transcript."""
        self._drafts.forget()

    def _note(self, text: str) -> None:
        self._tell(events.Noted(text))
