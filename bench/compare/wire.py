"""PostgreSQL's protocol, as little as idle clients need: log in with a password or a token, ask once in a while."""

import select
import socket
import struct

PROTOCOL_3_0 = 196608
CLEARTEXT_PASSWORD = 3


class WireError(Exception):
    """The server answered with an error, or hung up."""


class Client:
    """One plaintext connection."""

    __slots__ = ("_socket",)

    def __init__(self, port, user, database, password):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        parameters = b"".join(part.encode() + b"\0" for part in ("user", user, "database", database)) + b"\0"
        self._socket.sendall(struct.pack("!ii", len(parameters) + 8, PROTOCOL_3_0) + parameters)
        self._until_ready(password)

    def query(self, text):
        """Asks, and waits for the end of the answer."""
        body = text.encode() + b"\0"
        self._socket.sendall(b"Q" + struct.pack("!i", len(body) + 4) + body)
        self._until_ready(None)

    def is_quiet(self):
        """Whether the server neither said anything nor hung up."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN | select.POLLHUP | select.POLLERR)
        return not poll.poll(0)

    def close(self):
        """Says goodbye."""
        try:
            self._socket.sendall(b"X\0\0\0\4")
        except OSError:
            pass
        self._socket.close()

    def _until_ready(self, password):
        while True:
            kind, body = self._message()
            if kind == b"Z":
                return
            if kind == b"E":
                fields = [field.decode(errors="replace") for field in body.split(b"\0")]
                raise WireError("; ".join(field[1:] for field in fields if field[:1] in ("C", "M")))
            if kind == b"R" and struct.unpack("!i", body[:4])[0] == CLEARTEXT_PASSWORD:
                answer = (password or "").encode() + b"\0"
                self._socket.sendall(b"p" + struct.pack("!i", len(answer) + 4) + answer)

    def _message(self):
        header = self._exactly(5)
        return header[:1], self._exactly(struct.unpack("!i", header[1:])[0] - 4)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            if not more:
                raise WireError("the connection was closed")
            data += more
        return data


def open_clients(port, user, database, password, count, each=None):
    """Logs clients in, one after another; closes them again when one fails."""
    clients = []
    try:
        for number in range(count):
            clients.append(Client(port, user, database, password))
            if each and number % 1000 == 999:
                each(number + 1)
        return clients
    except BaseException:
        close_clients(clients)
        raise


def close_clients(clients):
    """Closes all of them."""
    for client in clients:
        client.close()
