"""Frames <-> Message: the delimiter, the signature, JSON, buffers ("The Wire Protocol").

Both directions work for both ends of a link, so that the tests build their kernels on this module too.  `Wire.decode`
is given frames as a socket delivers them and trusts nothing in them: it returns a Message or raises
`WireError`.  The signature is checked over the received bytes before any of them is parsed.

No text that leaves `decode` holds a lone surrogate, so that it can be encoded wherever it goes later.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from bipy.messaging.message import Header, Json, Message

DELIMITER = b"<IDS|MSG>"
_SURROGATE = re.compile("[\ud800-\udfff]")


class WireError(Exception):
    """Frames that are no message of this connection: their signature is wrong or they are malformed."""

    def __init__(self, reason: Literal["signature", "malformed"]) -> None:
        super().__init__(reason)
        self.reason = reason


class SignatureSchemeError(ValueError):
    """A connection asks for a signature scheme that this Python can't compute.  The message is for people."""


class Wire:
    """The codec of one connection.  An empty `key` turns signatures off, as the protocol has it.

    `signature_scheme` is "hmac-" and the name of a hashlib algorithm ("" means hmac-sha256); SignatureSchemeError when
    it is anything else.
    """

    def __init__(self, key: bytes, signature_scheme: str = "hmac-sha256") -> None:
        self._hmac = _keyed(key, signature_scheme or "hmac-sha256") if key else None
        # One parent causes many messages in a row: the last one is parsed only once, and is the same object each time.
        self._parent_frame = b"{}"
        self._parent_header: Json = {}

    def sign(self, parts: Sequence[bytes]) -> bytes:
        """The signature frame for the header, parent header, metadata and content frames."""
        if self._hmac is None:
            return b""
        signature = self._hmac.copy()  # a copy of the keyed hash costs half of a new one
        signature.update(b"".join(parts))
        return signature.hexdigest().encode("ascii")

    def encode(self, message: Message) -> list[bytes]:
        """The frames of `message`, from the delimiter on."""
        header = header_json(message.header)
        parts = [_dumped(part) for part in (header, message.parent_header, message.metadata, message.content)]
        return [DELIMITER, self.sign(parts), *parts, *message.buffers]

    def decode(self, frames: Sequence[bytes]) -> Message:
        """The message in `frames`, whose leading routing frames (identities, a topic, nothing) are ignored.

        Raises WireError and nothing else.
        """
        try:
            start = frames.index(DELIMITER)
        except ValueError:
            raise WireError("malformed") from None
        if len(frames) < start + 6:
            raise WireError("malformed")
        parts = frames[start + 2 : start + 6]
        if self._hmac is not None and not hmac.compare_digest(self.sign(parts), frames[start + 1]):
            raise WireError("signature")
        header, parent_header, metadata, content = parts
        try:
            if parent_header != self._parent_frame:
                self._parent_header, self._parent_frame = _loaded(parent_header), parent_header
            return Message(
                _header(_loaded(header)),
                self._parent_header,
                _loaded(metadata),
                _loaded(content),
                tuple(frames[start + 6 :]),
            )
        except (ValueError, RecursionError):  # no JSON, an integer of 5,000 digits, 100,000 open brackets
            raise WireError("malformed") from None


def header_json(header: Header) -> dict[str, Any]:
    """The header as the JSON object that travels (JEP 91: `subshell_id` only where there is one)."""
    fields: dict[str, Any] = {
        "msg_id": header.msg_id,
        "msg_type": header.msg_type,
        "username": header.username,
        "session": header.session,
        "date": header.date,
        "version": header.version,
    }
    if header.subshell_id is not None:
        fields["subshell_id"] = header.subshell_id
    return fields


def _keyed(key: bytes, signature_scheme: str) -> hmac.HMAC:
    prefix, _, algorithm = signature_scheme.partition("-")
    problem = f"the connection asks for the signature scheme {signature_scheme!r}"
    if prefix != "hmac":
        raise SignatureSchemeError(f"{problem}, but only schemes that begin with hmac- are known")
    try:
        return hmac.new(key, digestmod=algorithm)
    except (ValueError, TypeError):  # TypeError: an algorithm without a fixed length, as shake_128
        raise SignatureSchemeError(f"{problem}, which this Python can't compute") from None


def _dumped(part: Json) -> bytes:
    # A lone surrogate can't be encoded: "?" takes its place, one for one, so that offsets into the text still hold.
    text = json.dumps(dict(part), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _loaded(frame: bytes) -> dict[str, Any]:
    """The JSON object in `frame`.  What is JSON but no object (null above all) counts as an empty one."""
    if frame == b"{}":
        return {}
    value = json.loads(str(frame, "utf-8", "replace"))
    if not isinstance(value, dict):
        return {}
    # Only an escape can have made a surrogate; most of them come in pairs, which json has joined.
    return _clean(value) if b"\\ud" in frame or b"\\uD" in frame else value


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value


def _header(fields: Mapping[str, Any]) -> Header:
    text: Callable[[str], str] = lambda name: value if isinstance(value := fields.get(name), str) else ""  # noqa: E731
    msg_type = text("msg_type")
    if not msg_type:
        raise ValueError("a header without a msg_type")
    return Header(
        text("msg_id"),
        msg_type,
        text("session"),
        text("username"),
        text("date"),
        text("version"),
        text("subshell_id") or None,
    )
