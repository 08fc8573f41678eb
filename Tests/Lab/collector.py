#!/usr/bin/env python3
"""A collector: takes lines from a stream and appends the whole ones to a file.

  collector.py tcp ADDRESS:PORT OUT     listens; any number of connections, one after the other or at once
  collector.py unix PATH OUT
  collector.py udp ADDRESS:PORT OUT     a datagram a line of JSON: its length and its text; as root

--slow BYTES reads no more than so many bytes a second, with a small receive buffer, until SIGUSR1. Says "ready" on standard output.
What a connection's end cut off is no line and is left out.
"""

import argparse
import json
import selectors
import signal
import socket
import sys
import time


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def listen(options):
    if options.kind == "unix":
        server = socket.socket(socket.AF_UNIX)
        server.bind(options.where)
    else:
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if options.slow:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        server.bind(address(options.where))
    server.listen(16)
    return server


def datagrams(options):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # SO_RCVBUFFORCE: what comes in bursts is not lost here.
    server.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)
    server.bind(address(options.where))
    print("ready", flush=True)
    with open(options.out, "a", encoding="utf-8") as out:
        while True:
            data = server.recv(65536)
            out.write(json.dumps({"size": len(data), "text": data.decode()}) + "\n")
            out.flush()


def connections(options):
    def hurry(*_):
        options.slow = 0

    signal.signal(signal.SIGUSR1, hurry)
    server = listen(options)
    print("ready", flush=True)
    chooser = selectors.DefaultSelector()
    chooser.register(server, selectors.EVENT_READ)
    rests = {}
    with open(options.out, "ab") as out:
        while True:
            for key, _ in chooser.select():
                if key.fileobj is server:
                    new = server.accept()[0]
                    rests[new] = b""
                    chooser.register(new, selectors.EVENT_READ)
                    continue
                take(key.fileobj, rests, chooser, out, options.slow)


def take(connection, rests, chooser, out, slow):
    try:
        data = connection.recv(min(slow // 10, 65536) if slow else 65536)
    except OSError:
        data = b""
    if not data:
        chooser.unregister(connection)
        del rests[connection]
        connection.close()
        return
    whole, mark, rest = (rests[connection] + data).rpartition(b"\n")
    rests[connection] = rest
    out.write(whole + mark)
    out.flush()
    if slow:
        time.sleep(len(data) / slow)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["tcp", "unix", "udp"])
    parser.add_argument("where")
    parser.add_argument("out")
    parser.add_argument("--slow", type=int, default=0)
    options = parser.parse_args()
    if options.kind == "udp":
        datagrams(options)
    else:
        connections(options)


if __name__ == "__main__":
    sys.exit(main())
