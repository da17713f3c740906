"""Connection files: reading, checking, writing and removing them.

`read` makes a connection file into a `ConnectionInfo` or says in a sentence what is wrong with it.  `create` makes up
the connection of a kernel that bipy starts and writes its file; `prune` removes what a killed bipy has left of them.
No error, repr or log ever shows a key.

A new ipykernel listens on ipc sockets in a folder of its own, which no other program can take from it.  Any other
kernel listens on tcp ports that were free a moment ago.

This module is imported before the kernel is spawned, so it costs as little as can be: no zmq, no dataclasses, no
pathlib.  What only one function needs is imported there.

Sources: "Making kernels for Jupyter", section "Connection files"; jupyter_client's connect.py.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bipy.value import Value

if TYPE_CHECKING:
    from bipy.messaging.message import Channel

CHANNELS: Final[tuple[Channel, ...]] = ("shell", "iopub", "stdin", "control", "hb")
_Z85: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#")
_OTHERS = "Kernels that run are found by bipy --existing without a name."
_MEND = "Start the kernel again, or name another connection file."


class ConnectionFileError(Exception):
    """A connection file can't be used; the message names the file, what is wrong with it and what to do."""


class UnfinishedFileError(ConnectionFileError):
    """The file holds no JSON yet: it may be that it is just being written."""


class ConnectionInfo(Value):
    """What a connection file says: where the five channels are and how messages are signed.

    `ports` has one entry a channel; control is 0 where a very old kernel names none.  `ip` is an address, or for the
    transport ipc the beginning of the sockets' paths.  `key` is the HMAC key, empty when nothing is signed.
    `curve_publickey` and `curve_secretkey` are the kernel's Z85 keys, both empty without CURVE.  `extra` holds what
    else the file said, so that writing it loses nothing.  The repr shows no secret.
    """

    transport: str
    ip: str
    ports: Mapping[Channel, int]
    key: bytes = b""
    signature_scheme: str = "hmac-sha256"
    kernel_name: str = ""
    curve_publickey: bytes = b""
    curve_secretkey: bytes = b""
    extra: Mapping[str, Any] = MappingProxyType({})

    def __repr__(self) -> str:
        signed = self.signature_scheme if self.key else "unsigned"
        curve = " curve" if self.curve_publickey else ""
        return f"<ConnectionInfo {self.transport}://{self.ip} {self.ports} {signed}{curve}>"

    def url(self, channel: Channel) -> str:
        """The endpoint that zmq connects to."""
        port = self.ports[channel]
        if self.transport == "ipc":
            return f"ipc://{self.ip}-{port}"
        # A kernel that listens everywhere is reached here; zmq can't connect to a wildcard.
        ip = "127.0.0.1" if self.ip in ("", "*", "0.0.0.0") else self.ip  # noqa: S104 - read, never bound
        return f"tcp://[{ip}]:{port}" if ":" in ip else f"tcp://{ip}:{port}"

    def as_json(self) -> dict[str, Any]:
        """The content of the connection file, secrets and all."""
        content: dict[str, Any] = dict(self.extra)
        content |= {f"{channel}_port": port for channel, port in self.ports.items() if port}
        content |= {
            "transport": self.transport,
            "ip": self.ip,
            "key": self.key.decode("utf-8", "surrogatepass"),
            "signature_scheme": self.signature_scheme,
            "kernel_name": self.kernel_name,
        }
        if self.curve_publickey:
            content["curve_publickey"] = self.curve_publickey.decode()
            content["curve_secretkey"] = self.curve_secretkey.decode()
        return content


def read(path: str) -> ConnectionInfo:
    """Read the connection file at `path`; ConnectionFileError says what is wrong with it."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise ConnectionFileError(f"{path} is no file, so it can't be a connection file. {_OTHERS}")
    try:
        with open(path, "rb") as file:
            text = file.read(1_000_000).decode("utf-8-sig")
    except FileNotFoundError:
        raise ConnectionFileError(f"There is no connection file {path}. {_OTHERS}") from None
    except OSError as error:
        raise ConnectionFileError(f"The connection file {path} can't be read: {error.strerror}. {_OTHERS}") from None
    except UnicodeDecodeError:
        raise _broken(path, "is no text in UTF-8") from None
    if not text.strip():
        raise UnfinishedFileError(f"The connection file {path} is empty. {_MEND}")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise UnfinishedFileError(f"The connection file {path} is no JSON, or was cut short. {_MEND}") from None
    if not isinstance(content, dict):
        raise _broken(path, "holds no JSON object")
    return _checked(path, content)


def _broken(path: str, what: str) -> ConnectionFileError:
    return ConnectionFileError(f"The connection file {path} {what}. {_MEND}")


def _checked(path: str, content: dict[str, Any]) -> ConnectionInfo:
    """Make the parsed content into a ConnectionInfo.

    A missing transport, key, scheme or control_port is what old kernels wrote; a wrong one is an error.
    """
    rest = dict(content)

    def text(name: str) -> str:
        value = rest.pop(name, None)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise _broken(path, f"is wrong: {name} is no string")
        return value

    transport = text("transport") or "tcp"
    if transport not in ("tcp", "ipc"):
        raise _broken(path, f'names the transport {transport!r}; bipy knows "tcp" and "ipc"')
    ip = text("ip")
    _check_ip(path, transport, ip)
    ports: dict[Channel, int] = {
        channel: _port(path, transport, f"{channel}_port", rest.pop(f"{channel}_port", None)) for channel in CHANNELS
    }
    if len(set(ports.values())) < len(ports):
        raise _broken(path, "is wrong: two channels have the same port")
    scheme = text("signature_scheme") or "hmac-sha256"
    _check_scheme(path, scheme)
    curve = {name: text(name) for name in ("curve_publickey", "curve_secretkey")}
    if any(curve.values()):
        for name, value in curve.items():
            # Z85 makes the 32 bytes of a key 40 characters (ZeroMQ RFC 32).
            if len(value) != 40 or not _Z85.issuperset(value):
                raise _broken(path, f"is wrong: {name} is not 40 characters of Z85")
    return ConnectionInfo(
        transport=transport,
        ip=ip,
        ports=ports,
        key=text("key").encode("utf-8", "surrogatepass"),
        signature_scheme=scheme,
        kernel_name=text("kernel_name"),
        curve_publickey=curve["curve_publickey"].encode(),
        curve_secretkey=curve["curve_secretkey"].encode(),
        extra=rest,
    )


def _port(path: str, transport: str, name: str, value: object) -> int:
    if value is None:
        if name == "control_port":
            return 0
        raise _broken(path, f"is wrong: {name} is missing")
    if not isinstance(value, int) or isinstance(value, bool):
        raise _broken(path, f"is wrong: {name} is no whole number")
    if value < 1 or (transport == "tcp" and value > 65535):
        raise _broken(path, f"is wrong: {name} is {value}, which is no port")
    return value


def _check_ip(path: str, transport: str, ip: str) -> None:
    import re

    if transport == "ipc":
        if not ip or "\0" in ip:
            raise _broken(path, "is wrong: with transport ipc, ip must begin the paths of the sockets")
    elif not re.fullmatch(r"[\w.:%*-]*", ip):
        raise _broken(path, f"is wrong: ip is {ip!r}, which is no address")


def _check_scheme(path: str, scheme: str) -> None:
    import hashlib  # 3 ms, which only attaching pays

    kind, _, name = scheme.partition("-")
    try:
        # The shake digests have no length of their own, so HMAC can't use them.
        usable = kind == "hmac" and hashlib.new(name, usedforsecurity=False).digest_size > 0
    except ValueError:
        usable = False
    if not usable:
        raise _broken(path, f"signs with {scheme!r}, which this Python doesn't know; hmac-sha256 is the usual one")


def write(path: str, info: ConnectionInfo) -> None:
    """Write the connection file of a kernel, readable by its owner only, so that no reader sees half of it; OSError."""
    temporary = f"{path}.{os.urandom(4).hex()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            os.write(descriptor, json.dumps(info.as_json(), indent=2).encode())
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def reserve(folder: str, stem: str) -> str:
    """Make an empty file in `folder` that no other process has, and give its path: stem.json, stem-2.json; OSError.

    Two processes can have the same id when containers share a home, and an old file with our id may still belong to a
    kernel that runs; so a name is taken only by creating it.
    """
    number = 1
    while True:
        path = os.path.join(folder, f"{stem}.json" if number == 1 else f"{stem}-{number}.json")
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            number += 1
        else:
            return path


def create(path: str, kernel_name: str, *, ipc: bool) -> ConnectionInfo:
    """Make up a connection that no process has had before, with a key of its own, and write its file to `path`.

    `ipc` asks for sockets in a new folder beside the file; where none can be, it is tcp all the same.  OSError, with no
    file left there, if the file can't be written.
    """
    folder = os.path.dirname(path)
    prefix = ""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # the user may have tidied up
        prefix = _new_sockets(folder) if ipc else ""
        numbers = range(1, len(CHANNELS) + 1) if prefix else _free_ports(len(CHANNELS))
        info = ConnectionInfo(
            transport="ipc" if prefix else "tcp",
            ip=prefix or "127.0.0.1",
            ports=dict(zip(CHANNELS, numbers, strict=True)),
            key=os.urandom(16).hex().encode(),
            kernel_name=kernel_name,
        )
        write(path, info)
    except OSError:
        _remove_file(path)
        if prefix:
            os.rmdir(os.path.dirname(prefix))
        raise
    return info


def _new_sockets(folder: str) -> str:
    """Make a folder of our own for ipc sockets; the beginning of their paths, or "" if there can be none.

    The name has no process id in it: `jupyter console --existing PID` would take the folder for a connection file.
    """
    place = os.path.join(folder, f"ipc-{os.urandom(4).hex()}")
    prefix = os.path.join(place, "kernel")
    try:
        # sockaddr_un has room for 104 bytes on some systems, which is the path, "-5" and a zero.
        if len(prefix.encode()) > 97:
            return ""
        os.mkdir(place, 0o700)
    except (OSError, UnicodeEncodeError):
        return ""
    return prefix


def _free_ports(count: int) -> list[int]:
    """Ports on which no program listens now; one may before the kernel does."""
    import socket  # 6 ms, which an ipykernel does not need

    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def remove(path: str, info: ConnectionInfo) -> None:
    """Remove the connection file at `path` and the ipc sockets that `info` names, as far as they are there."""
    _remove_file(path)
    remove_sockets(info)


def remove_sockets(info: ConnectionInfo) -> None:
    """Remove the ipc sockets that `info` names, and their folder."""
    if info.transport == "ipc":
        for channel in CHANNELS:
            _remove_file(info.url(channel).removeprefix("ipc://"))
        with contextlib.suppress(OSError):
            os.rmdir(os.path.dirname(info.ip))


def _remove_file(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def prune(folder: str) -> None:
    """Remove the connection files and sockets in `folder` of a bipy that was killed and whose kernel is gone too."""
    import socket

    for path in _left_behind(folder):
        try:
            info = read(path)
        except ConnectionFileError:
            continue
        place = os.path.dirname(info.ip)
        if info.transport != "ipc" or os.path.dirname(place) != folder or not place.startswith(f"{folder}/ipc-"):
            continue
        with socket.socket(socket.AF_UNIX) as heart:
            heart.settimeout(0.1)
            try:
                heart.connect(info.url("hb").removeprefix("ipc://"))
            except (ConnectionRefusedError, FileNotFoundError):
                remove(path, info)
            except OSError:
                continue


def _left_behind(folder: str) -> list[str]:
    """The connection files there that are named after a process which is gone."""
    found = []
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            number = name.removeprefix("kernel-").removesuffix(".json")
            if number.isdecimal() and name == f"kernel-{number}.json" and not _lives(int(number)):
                found.append(os.path.join(folder, name))
    return found


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
