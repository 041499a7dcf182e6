"""As much of MongoDB's wire protocol as the tests need to look into a database: OP_MSG and BSON, no driver."""
import datetime
import socket
import struct
import urllib.parse


class ObjectId(bytes):
    """Twelve bytes, of which the first four are the seconds since 1970."""

    @classmethod
    def of(cls, seconds, number):
        return cls(struct.pack(">IQ", seconds, number))


def encode(document):
    body = b"".join(_element(key, value) for key, value in document.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def _element(key, value):
    name = key.encode() + b"\0"
    if isinstance(value, bool):
        return b"\x08" + name + (b"\1" if value else b"\0")
    if isinstance(value, int):
        return b"\x12" + name + struct.pack("<q", value)
    if isinstance(value, float):
        return b"\x01" + name + struct.pack("<d", value)
    if isinstance(value, str):
        text = value.encode() + b"\0"
        return b"\x02" + name + struct.pack("<i", len(text)) + text
    if isinstance(value, dict):
        return b"\x03" + name + encode(value)
    if isinstance(value, list):
        return b"\x04" + name + encode({str(i): item for i, item in enumerate(value)})
    if value is None:
        return b"\x0a" + name
    if isinstance(value, datetime.datetime):
        return b"\x09" + name + struct.pack("<q", round(value.timestamp() * 1000))
    if isinstance(value, ObjectId):
        return b"\x07" + name + bytes(value)
    if isinstance(value, bytes):
        return b"\x05" + name + struct.pack("<iB", len(value), 0) + value
    raise TypeError(type(value))


def decode(data):
    return _document(data, 0)[0]


def _document(data, at):
    end = at + struct.unpack_from("<i", data, at)[0]
    at += 4
    found = {}
    while data[at]:
        kind = data[at]
        stop = data.index(b"\0", at + 1)
        key = data[at + 1:stop].decode()
        found[key], at = _value(kind, data, stop + 1)
    return found, end


def _value(kind, data, at):
    if kind == 0x01:
        return struct.unpack_from("<d", data, at)[0], at + 8
    if kind == 0x02:
        size = struct.unpack_from("<i", data, at)[0]
        return data[at + 4:at + 3 + size].decode("utf-8", "replace"), at + 4 + size
    if kind == 0x03:
        return _document(data, at)
    if kind == 0x04:
        items, at = _document(data, at)
        return list(items.values()), at
    if kind == 0x05:
        size = struct.unpack_from("<i", data, at)[0]
        return data[at + 5:at + 5 + size], at + 5 + size
    if kind == 0x07:
        return data[at:at + 12].hex(), at + 12
    if kind == 0x08:
        return bool(data[at]), at + 1
    if kind == 0x09:
        ms = struct.unpack_from("<q", data, at)[0]
        return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc), at + 8
    if kind in (0x0A, 0xFF, 0x7F):
        return None, at
    if kind == 0x10:
        return struct.unpack_from("<i", data, at)[0], at + 4
    if kind in (0x11, 0x12):
        return struct.unpack_from("<q", data, at)[0], at + 8
    raise ValueError(f"BSON type {kind:#x}")


class Connection:
    def __init__(self, uri):
        where = urllib.parse.urlsplit(uri)
        self._socket = socket.create_connection((where.hostname, where.port or 27017), timeout=20)
        self._number = 0

    def close(self):
        self._socket.close()

    def run(self, database, command):
        self._number += 1
        body = struct.pack("<IB", 0, 0) + encode({**command, "$db": database})
        self._socket.sendall(struct.pack("<iiii", 16 + len(body), self._number, 0, 2013) + body)
        size = struct.unpack("<i", self._read(4))[0]
        answer = decode(self._read(size - 4)[12 + 5:])
        if answer.get("ok") != 1:
            raise RuntimeError(f"{command}: {answer}")
        return answer

    def _read(self, size):
        data = b""
        while len(data) < size:
            part = self._socket.recv(size - len(data))
            if not part:
                raise ConnectionError("MongoDB closed the connection")
            data += part
        return data

    def insert(self, database, collection, documents, batch=500):
        for start in range(0, len(documents), batch):
            part = documents[start:start + batch]
            answer = self.run(database, {"insert": collection, "documents": part})
            assert answer["n"] == len(part), answer

    def find(self, database, collection, query=None):
        cursor = self.run(database, {"find": collection, "filter": query or {}, "batchSize": 1000})["cursor"]
        rows = list(cursor["firstBatch"])
        while cursor["id"]:
            cursor = self.run(database, {"getMore": cursor["id"], "collection": collection, "batchSize": 1000})["cursor"]
            rows += cursor["nextBatch"]
        return rows
