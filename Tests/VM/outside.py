"""References outside of the guest: what its host stops does not stop them.

An Ethernet port of QEMU whose frames go to and fro as datagrams on the host's loopback (`-netdev socket,udp=`). At its other end
are hosts that know ARP and NTP and nothing else, and lead nowhere. Their clock is the host's CLOCK_MONOTONIC_RAW.
"""

import socket
import struct
import threading
import time

# 10.98.0.1 and 10.98.0.2; the guest takes the other.
HOSTS = [bytes((10, 98, 0, 1)), bytes((10, 98, 0, 2))]
GUEST = "10.98.0.9"
MAC = b"\x02\x00\x00\x00\x00"
ARP, IPV4 = 0x0806, 0x0800
NTP_TO_UNIX = 2208988800


def checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Outside:
    """A thread that answers for all hosts."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        # Held until QEMU takes it, so that nobody else is given it meanwhile.
        self.kept = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.kept.bind(("127.0.0.1", 0))
        self.port, self.peer = self.socket.getsockname()[1], self.kept.getsockname()[1]
        self.anchor = time.time_ns() - time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)
        self.steps = {host: 0 for host in HOSTS}  # ns
        self.rates = {host: (0, 0) for host in HOSTS}  # since when, ppm
        self.is_ended = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def device(self):
        """QEMU's words for it."""
        self.kept.close()
        return ["-netdev", f"socket,id=out,udp=127.0.0.1:{self.port},localaddr=127.0.0.1:{self.peer}",
                "-device", "e1000e,netdev=out,mac=02:00:00:00:01:00"]

    def close(self):
        self.is_ended = True
        self.socket.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join(5)
        self.socket.close()

    def gain(self, host, ppm):
        """From now on it runs faster by that."""
        self.rates[host] = self.now(), ppm

    def run(self):
        while True:
            frame, sender = self.socket.recvfrom(2048)
            if self.is_ended:
                return
            at = self.now()
            if len(frame) < 34 or sender != ("127.0.0.1", self.peer):
                continue
            kind, = struct.unpack("!H", frame[12:14])
            answer = self.arp(frame) if kind == ARP else self.ntp(frame, at) if kind == IPV4 else None
            if answer:
                self.socket.sendto(answer, sender)

    def now(self):
        return self.anchor + time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)

    @staticmethod
    def arp(frame):
        asked = frame[38:42]
        if frame[20:22] != b"\0\1" or asked not in HOSTS:
            return None
        mac = MAC + asked[3:]
        return frame[6:12] + mac + frame[12:20] + b"\0\2" + mac + asked + frame[22:32]

    def ntp(self, frame, at):
        header = (frame[14] & 15) * 4
        to, query = frame[30:34], frame[14 + header + 8:]
        if to not in HOSTS or frame[23] != 17 or len(query) < 48 or frame[14 + header + 2:14 + header + 4] != b"\0\x7b":
            return None

        def stamp(ns):
            since, rate = self.rates[to]
            ns += self.steps[to] + (ns - since) * rate // 10**6
            return struct.pack("!II", ns // 10**9 + NTP_TO_UNIX, (ns % 10**9 << 32) // 10**9)
        reply = struct.pack("!BBBbII4s", 0x24, 1, query[2], -20, 0, 1, b"GPS") + stamp(at) + query[40:48] + stamp(at)
        reply += stamp(self.now())
        udp = struct.pack("!HHHH", 123, struct.unpack("!H", frame[14 + header:16 + header])[0], 8 + len(reply), 0)
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(reply), 0, 0x4000, 64, 17, 0, to, frame[26:30])
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        return frame[6:12] + MAC + to[3:] + frame[12:14] + ip + udp + reply
