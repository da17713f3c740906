"""Frames: the worked example of the specification's signature, what a kernel may send instead, and what is let in."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.messaging.message import Header, Message
from bipy.messaging.wire import DELIMITER, SignatureSchemeError, Wire, WireError
from tests.messaging.peers import KEY

# Made with jupyter_client.session.
HEADER = (
    b'{"msg_id": "1b4e28ba-2fa111d2883f0016d3cca427_4242_0", "msg_type": "execute_request", "username": "alice",'
    b' "session": "1b4e28ba-2fa111d2883f0016d3cca427", "date": "2026-01-02T03:04:05.678901Z", "version": "5.4"}'
)
CONTENT = (
    b'{"code": "print(\'h\xc3\xa9\')", "silent": false, "store_history": true, "user_expressions": {},'
    b' "allow_stdin": true, "stop_on_error": true}'
)
SIGNATURES = {
    "hmac-sha256": b"4d5e14fa53045ccc1e44532aad4452a5da4115d6a22622b0f37e1fc711c8a295",
    "hmac-md5": b"e65199b6fb1c50d4d9a7aae5a68b8103",
    "hmac-sha1": b"9f160b23f9002881652f0bf72abb931ce809a204",
    "hmac-sha512": b"e13011d86cb229d123504a27e353f08daed581ee5696ae4e96a8f935a0d5776d"
    b"8b7fb45f20d949054185fce686021a6fc7f55d143ff5a22e4072a3606b11664b",
}
FRAMES = [b"identity", DELIMITER, SIGNATURES["hmac-sha256"], HEADER, b"{}", b"{}", CONTENT]


@pytest.mark.parametrize("scheme", SIGNATURES)
def test_a_message_is_read_when_its_signature_is_right(scheme: str) -> None:
    message = Wire(KEY, scheme).decode([DELIMITER, SIGNATURES[scheme], *FRAMES[3:]])
    assert message.header == Header(
        "1b4e28ba-2fa111d2883f0016d3cca427_4242_0",
        "execute_request",
        "1b4e28ba-2fa111d2883f0016d3cca427",
        "alice",
        "2026-01-02T03:04:05.678901Z",
        "5.4",
    )
    assert message.content["code"] == "print('hé')"
    assert message.parent_header == {}


def test_the_same_message_is_sent_with_compact_json() -> None:
    message = Wire(KEY).decode(FRAMES)
    delimiter, signature, *parts = Wire(KEY).encode(message)
    assert delimiter == DELIMITER
    assert signature == b"9faa0b235b66811c40a2dedaf8f62dd7434f79cc2f960e11f1f80964e60df4f4"
    assert parts[3] == CONTENT.replace(b": ", b":").replace(b", ", b",")


def test_a_kernel_info_request_is_signed() -> None:
    header = HEADER.replace(b"_4242_0", b"_4242_1").replace(b"execute_request", b"kernel_info_request")
    signature = Wire(KEY).sign([header, b"{}", b"{}", b"{}"])
    assert signature == b"44be2c3bd96de1356e152ecfb140428d34f404368dad5e5cee7ade3c568767ed"


def test_without_a_key_nothing_is_signed_or_checked() -> None:
    wire = Wire(b"")
    assert wire.encode(wire.decode(FRAMES))[1] == b""
    assert wire.decode([DELIMITER, b"nonsense", *FRAMES[3:]]).header.msg_type == "execute_request"


@pytest.mark.parametrize("signature", [b"", b"0" * 64, SIGNATURES["hmac-sha256"].upper(), b"\xff\xfe"])
def test_a_wrong_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(WireError) as refused:
        Wire(KEY).decode([DELIMITER, signature, *FRAMES[3:]])
    assert refused.value.reason == "signature"


@pytest.mark.parametrize("scheme", ["hmac-nothing", "hmac-", "sha256", "rsa-sha256", "hmac-shake_128"])
def test_a_scheme_that_cannot_be_computed_is_named(scheme: str) -> None:
    with pytest.raises(SignatureSchemeError, match=scheme):
        Wire(KEY, scheme)


def test_no_scheme_means_the_usual_one() -> None:
    assert Wire(KEY, "").decode(FRAMES).header.msg_type == "execute_request"


def signed(*parts: bytes, key: bytes = KEY) -> list[bytes]:
    return [DELIMITER, Wire(key).sign(parts[:4]), *parts]


@pytest.mark.parametrize("prefix", [[], [b""], [b"kernel.1.status"], [b"a", b"b", b"c"]])
def test_routing_frames_before_the_delimiter_are_ignored(prefix: list[bytes]) -> None:
    assert Wire(KEY).decode([*prefix, *FRAMES[1:]]).header.username == "alice"


def test_buffers_travel_behind_the_content_unsigned() -> None:
    message = Message(Header("1", "comm_msg"), buffers=(b"\x00\xff", DELIMITER))
    assert Wire(KEY).decode(Wire(KEY).encode(message)).buffers == (b"\x00\xff", DELIMITER)


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [b""],
        [DELIMITER],
        [DELIMITER, b"sig", b"{}"],
        FRAMES[2:],
        signed(b"", b"{}", b"{}", b"{}"),
        signed(b"[]", b"{}", b"{}", b"{}"),
        signed(b"{}", b"{}", b"{}", b"{}"),
        signed(b'{"msg_type": 5}', b"{}", b"{}", b"{}"),
        signed(b'{"msg_type": "status"', b"{}", b"{}", b"{}"),
        signed(b'{"msg_type": "status"}', b"{}", b"{}", b"[" * 100_000),
        signed(b'{"msg_type": "status"}', b"{}", b"{}", b'{"n": ' + b"9" * 5000 + b"}"),
        signed(b'{"msg_type": "status"}', b"nonsense", b"{}", b"{}"),
    ],
)
def test_what_is_no_message_is_malformed(frames: list[bytes]) -> None:
    with pytest.raises(WireError) as refused:
        Wire(KEY).decode(frames)
    assert refused.value.reason == "malformed"


def test_sloppy_kernels_are_understood() -> None:
    header = json.dumps({"msg_type": "status", "msg_id": None, "date": 12, "extra": []}).encode()
    message = Wire(KEY).decode(signed(header, b"null", b"null", b'{"value": NaN, "text": "\xff"}'))
    assert message.header == Header("", "status")
    assert message.parent_header == message.metadata == {}
    assert message.content["value"] != message.content["value"], "NaN is read as a number"
    assert message.content["text"] == "\ufffd"


def test_half_a_surrogate_pair_never_comes_in_or_goes_out() -> None:
    content = b'{"pair": "\\ud83d\\ude00", "half": "a\\ud83db", "\\uDE00": ["\\uDE00"]}'
    message = Wire(KEY).decode(signed(b'{"msg_type": "stream"}', b"{}", b"{}", content))
    assert message.content == {"pair": "😀", "half": "a\ufffdb", "\ufffd": ["\ufffd"]}
    frames = Wire(KEY).encode(Message(Header("1", "execute_request"), content={"code": "'\ud83d'"}))
    assert frames[-1] == b"""{"code":"'?'"}""", "one character for one, so that offsets still hold"


def test_a_new_parent_is_not_taken_for_the_last_one() -> None:
    wire = Wire(KEY)
    parents = [b'{"msg_id": "1"}', b'{"msg_id": "1"}', b'{"msg_id": "2"}', b"broken", b'{"msg_id": "2"}', b"{}"]
    seen: list[object] = []
    for parent in parents:
        try:
            seen.append(wire.decode(signed(b'{"msg_type": "status"}', parent, b"{}", b"{}")).parent_header)
        except WireError as error:
            seen.append(error.reason)
    assert seen == [{"msg_id": "1"}, {"msg_id": "1"}, {"msg_id": "2"}, "malformed", {"msg_id": "2"}, {}]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.text(min_size=1),
    st.dictionaries(st.text(), json_values, max_size=4),
    st.lists(st.binary(), max_size=2),
    st.none() | st.text(min_size=1),
)
@settings(max_examples=50)
def test_every_message_comes_back_as_it_went(
    msg_type: str, content: dict[str, object], buffers: list[bytes], subshell_id: str | None
) -> None:
    message = Message(
        Header("1", msg_type, "s", "u", "d", "5.3", subshell_id), {"msg_id": "0"}, {}, content, tuple(buffers)
    )
    assert Wire(KEY).decode([b"topic", *Wire(KEY).encode(message)]) == message


@given(st.lists(st.binary(max_size=40) | st.sampled_from(FRAMES), max_size=9), st.sampled_from([KEY, b""]))
@settings(max_examples=150)
def test_no_frames_raise_anything_else(frames: list[bytes], key: bytes) -> None:
    with contextlib.suppress(WireError):
        Wire(key).decode(frames)


@given(
    st.lists(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()), min_size=4, max_size=6)
)
@settings(max_examples=150)
def test_no_signed_frames_raise_anything_else(parts: list[bytes]) -> None:
    with contextlib.suppress(WireError):
        Wire(KEY).decode(signed(*parts))
