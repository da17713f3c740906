"""Connection files: what is read, what is refused and in which words, and what is made up for a new kernel."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.kernel import connection
from bipy.kernel.connection import ConnectionFileError, read, write

SECRET = "a0436f6c-1916-498b-8eb9-e81ab9368e84"
CURVE = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
FILE: dict[str, Any] = {
    "shell_port": 50001,
    "iopub_port": 50002,
    "stdin_port": 50003,
    "control_port": 50004,
    "hb_port": 50005,
    "ip": "127.0.0.1",
    "key": SECRET,
    "transport": "tcp",
    "signature_scheme": "hmac-sha256",
    "kernel_name": "python3",
    "jupyter_session": "/home/me/notes.ipynb",
}


def put(folder: Path, content: object, name: str = "kernel-1.json") -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_a_file_of_jupyters_is_read(tmp_path: Path) -> None:
    info = read(put(tmp_path, FILE))
    assert info.url("shell") == "tcp://127.0.0.1:50001"
    assert info.url("hb") == "tcp://127.0.0.1:50005"
    assert (info.key, info.signature_scheme, info.kernel_name) == (SECRET.encode(), "hmac-sha256", "python3")
    assert info.extra == {"jupyter_session": "/home/me/notes.ipynb"}


def test_what_old_kernels_left_out_has_its_default(tmp_path: Path) -> None:
    content = {name: FILE[name] for name in ("shell_port", "iopub_port", "stdin_port", "hb_port", "ip")}
    info = read(put(tmp_path, content))
    assert (info.transport, info.key, info.signature_scheme) == ("tcp", b"", "hmac-sha256")
    assert info.ports["control"] == 0


@pytest.mark.parametrize(
    ("ip", "url"),
    [
        ("*", "tcp://127.0.0.1:50001"),
        ("0.0.0.0", "tcp://127.0.0.1:50001"),
        ("", "tcp://127.0.0.1:50001"),
        ("::1", "tcp://[::1]:50001"),
        ("node-7.cluster", "tcp://node-7.cluster:50001"),
    ],
)
def test_addresses_that_zmq_can_connect_to(tmp_path: Path, ip: str, url: str) -> None:
    assert read(put(tmp_path, FILE | {"ip": ip})).url("shell") == url


def test_ipc_sockets_have_the_port_behind_a_hyphen(tmp_path: Path) -> None:
    info = read(put(tmp_path, FILE | {"transport": "ipc", "ip": "/run/user/7/k", "shell_port": 1}))
    assert info.url("shell") == "ipc:///run/user/7/k-1"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is empty"),
        (json.dumps(FILE)[:100], "is no JSON, or was cut short"),
        ("[" * 100_000, "is no JSON, or was cut short"),
        ([FILE], "holds no JSON object"),
        ({k: v for k, v in FILE.items() if k != "iopub_port"}, "iopub_port is missing"),
        (FILE | {"shell_port": "50001"}, "shell_port is no whole number"),
        (FILE | {"shell_port": True}, "shell_port is no whole number"),
        (FILE | {"hb_port": 65536}, "hb_port is 65536, which is no port"),
        (FILE | {"hb_port": 0}, "hb_port is 0, which is no port"),
        (FILE | {"hb_port": 50001}, "two channels have the same port"),
        (FILE | {"transport": "carrier-pigeon"}, 'transport \'carrier-pigeon\'; bipy knows "tcp" and "ipc"'),
        (FILE | {"transport": "ipc", "ip": ""}, "ip must begin the paths of the sockets"),
        (FILE | {"ip": 7}, "ip is no string"),
        (FILE | {"ip": "127.0.0.1:99/\n"}, "which is no address"),
        (FILE | {"signature_scheme": "hmac-nonsense"}, "'hmac-nonsense', which this Python doesn't know"),
        (FILE | {"signature_scheme": "hmac-shake_128"}, "'hmac-shake_128', which this Python doesn't know"),
        (FILE | {"signature_scheme": "sha256"}, "'sha256', which this Python doesn't know"),
        (FILE | {"key": [SECRET]}, "key is no string"),
        (FILE | {"curve_publickey": CURVE}, "curve_secretkey is not 40 characters of Z85"),
        (FILE | {"curve_publickey": CURVE, "curve_secretkey": CURVE[:-1]}, "curve_secretkey is not 40 characters"),
        (FILE | {"curve_publickey": CURVE, "curve_secretkey": "~" * 40}, "curve_secretkey is not 40 characters"),
    ],
)
def test_a_file_that_lies_is_refused_in_words(tmp_path: Path, content: object, complaint: str) -> None:
    path = put(tmp_path, content)
    with pytest.raises(ConnectionFileError) as caught:
        read(path)
    message = str(caught.value)
    assert f"The connection file {path} " in message
    assert complaint in message
    assert "Start the kernel again, or name another connection file." in message
    assert SECRET not in message
    assert CURVE[:-1] not in message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing = str(tmp_path / "kernel-9.json")
    with pytest.raises(ConnectionFileError, match=r"There is no connection file .*kernel-9\.json"):
        read(missing)
    with pytest.raises(ConnectionFileError, match="is no file"):
        read(str(tmp_path))
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    with pytest.raises(ConnectionFileError, match="is no file"):
        read(pipe)
    (tmp_path / "binary").write_bytes(b"\xff\xfe{")
    with pytest.raises(ConnectionFileError, match="no text in UTF-8"):
        read(str(tmp_path / "binary"))


def test_no_secret_in_a_repr(tmp_path: Path) -> None:
    info = read(put(tmp_path, FILE | {"curve_publickey": CURVE, "curve_secretkey": CURVE[::-1]}))
    assert "50001" in repr(info)
    assert SECRET not in repr(info)
    assert CURVE not in repr(info)
    assert CURVE[::-1] not in repr(info)


def test_what_is_written_is_the_owners_and_is_read_back(tmp_path: Path) -> None:
    info = read(put(tmp_path, FILE | {"curve_publickey": CURVE, "curve_secretkey": CURVE}))
    path = str(tmp_path / "copy.json")
    write(path, info)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert read(path) == info
    assert json.loads(Path(path).read_text()) == FILE | {"curve_publickey": CURVE, "curve_secretkey": CURVE}
    assert sorted(os.listdir(tmp_path)) == ["copy.json", "kernel-1.json"]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([CURVE, "ipc", "hmac-md5", 50001]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=100)
@given(
    changes=st.dictionaries(
        st.sampled_from([*FILE, "curve_publickey", "curve_secretkey", "other"]), json_values, max_size=4
    )
)
def test_any_json_is_a_connection_or_our_own_error(
    changes: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("files")
    refusal = ""
    try:
        info = read(put(folder, FILE | changes))
    except ConnectionFileError as error:
        refusal = str(error)
    assert SECRET not in refusal
    if refusal:
        return
    assert all(info.url(channel) for channel in connection.CHANNELS)
    write(str(folder / "copy.json"), info)
    # NaN, which a file may hold where it means nothing to us, is not equal to itself
    assert repr(read(str(folder / "copy.json")).as_json()) == repr(info.as_json())


@settings(max_examples=50)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_our_own_error(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("files") / "kernel.json"
    path.write_bytes(content)
    with pytest.raises(ConnectionFileError):
        read(str(path))


def test_two_processes_with_one_id_get_two_files(tmp_path: Path) -> None:
    first, second = connection.reserve(str(tmp_path), "kernel-7"), connection.reserve(str(tmp_path), "kernel-7")
    assert [os.path.basename(path) for path in (first, second)] == ["kernel-7.json", "kernel-7-2.json"]
    assert stat.S_IMODE(os.stat(first).st_mode) == 0o600
