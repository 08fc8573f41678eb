import Foundation
import Testing

@testable import Probe

/// The kernel's own sockets, driven as the writer's thread drives them; time is simulated, bytes are not.
@Suite("Streams over real sockets")
struct RealSocketTests {
  /// Whoever listens: a descriptor that is closed at the end.
  private final class Far {
    let number: Int32
    init(_ number: Int32) { self.number = number }
    deinit { close(number) }

    func read(_ most: Int = 1 << 20) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: most)
      let count = bytes.withUnsafeMutableBytes {
        recv(number, $0.baseAddress, $0.count, 0x40)
      }
      return Array(bytes.prefix(max(0, count)))
    }

    func accept() -> Far? {
      let connection = Glibc.accept(number, nil, nil)
      return connection < 0 ? nil : Far(connection)
    }
  }

  private static func listen(_ type: __socket_type, v6: Bool = false) throws -> (Far, UInt16) {
    let far = Far(socket(v6 ? AF_INET6 : AF_INET, Int32(type.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0))
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let result = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
      bytes.storeBytes(of: sa_family_t(v6 ? AF_INET6 : AF_INET), as: sa_family_t.self)
      if v6 {
        bytes[23] = 1
      } else {
        bytes.storeBytes(of: UInt32(0x7f00_0001).bigEndian, toByteOffset: 4, as: UInt32.self)
      }
      let pointer = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      guard bind(far.number, pointer, v6 ? length : 16) == 0 else { return -1 }
      return getsockname(far.number, pointer, &length)
    }
    try #require(result == 0)
    if type == SOCK_STREAM { try #require(Glibc.listen(far.number, 4) == 0) }
    return (
      far, UInt16(bigEndian: withUnsafeBytes(of: &address) { $0.load(fromByteOffset: 2, as: UInt16.self) })
    )
  }

  private static func listen(_ type: __socket_type, path: String) throws -> Far {
    let far = Far(socket(AF_UNIX, Int32(type.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(far.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
    if type == SOCK_STREAM { try #require(Glibc.listen(far.number, 4) == 0) }
    return far
  }

  private final class Clock { var time = Instant<Boottime>(nanoseconds: 0) }

  private final class Driven {
    var feeder: Feeder
    let ring: Ring
    let clock: Clock

    init(_ feeder: Feeder, _ ring: Ring, _ clock: Clock) {
      (self.feeder, self.ring, self.clock) = (feeder, ring, clock)
    }

    /// Steps until this holds; loopback needs no more than a few.
    func step(until holds: () -> Bool) {
      for _ in 0..<2000 {
        if holds() { return }
        feeder.step()
        clock.time = clock.time + .milliseconds(100)
        if !holds() { usleep(1000) }
      }
    }

    var status: StreamStatus { feeder.status()[0] }
  }

  private func bench(_ plan: StreamPlan) -> Driven {
    let (ring, clock) = (Ring(capacity: 1 << 20), Clock())
    var world = StreamWorld.system(resolve: { _ in .failed })
    world.now = { clock.time }
    let feeder = Feeder(
      [plan], ring: ring, notices: DropNotices(), world: world, run: RecordSource().run, store: MemoryStore(),
      limits: SpoolLimits())
    return Driven(feeder, ring, clock)
  }

  @Test(arguments: [false, true]) func tcpAndBackAgain(_ v6: Bool) throws {
    let (far, port) = try Self.listen(SOCK_STREAM, v6: v6)
    let host = Array((v6 ? "::1" : "127.0.0.1").utf8)
    let driven = bench(FeederBench.plan(.tcp(host: host, port: port)))
    var source = RecordSource()
    var received: Set<UInt64> = []
    for round in 0..<3 {
      for _ in 0..<100 { #expect(driven.ring.take(source.window(padding: 200))) }
      var connection: Far?
      driven.step {
        connection = connection ?? far.accept()
        return connection != nil
      }
      let open = try #require(connection)
      var bytes: [UInt8] = []
      // The last round reads all; the others leave bytes unread, so that closing resets the connection.
      driven.step {
        bytes += open.read(round < 2 ? max(1, 5000 - bytes.count) : 1 << 20)
        return round < 2 ? bytes.count >= 5000 : sequence(bytes).last == source.seq
      }
      let whole = bytes.reversed().drop { $0 != 10 }.reversed()
      received.formUnion(sequence(Array(whole)).compactMap { $0 })
    }
    #expect(received == Set(1...300))
    #expect(driven.status.state.opened == 3)
  }

  @Test func unixReaders() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/s"
    let far = try Self.listen(SOCK_STREAM, path: path)
    let driven = bench(FeederBench.plan(.unix(path: Array(path.utf8))))
    var source = RecordSource()
    for _ in 0..<10 { #expect(driven.ring.take(source.window())) }
    var connection: Far?
    driven.step {
      connection = connection ?? far.accept()
      return connection != nil
    }
    var opened = connection
    connection = nil
    driven.step { driven.status.lag == 0 }
    // Sent, and not read yet: not confirmed.
    let text = String(decoding: SpoolCursor.file(driven.feeder.feeds[0].plan.name), as: UTF8.self)
    #expect(
      driven.feeder.feeds[0].cursor()?.place == nil || driven.feeder.spool.load(Array(text.utf8)) == nil)
    #expect(sequence(opened?.read() ?? []).count == 10)
    driven.step { driven.feeder.spool.load(Array(text.utf8)).flatMap { SpoolCursor($0) }?.seq == 10 }
    #expect(driven.feeder.spool.load(Array(text.utf8)).flatMap { SpoolCursor($0) }?.seq == 10)

    // It goes with some unread: they come again, and nothing is left out.
    for _ in 0..<200 { #expect(driven.ring.take(source.window(padding: 100))) }
    driven.feeder.step()
    driven.step { driven.status.lag == 0 }
    var bytes = opened?.read(10_000) ?? []
    #expect(sequence(bytes).count > 10)
    opened = nil
    return try reconnect(driven, far, path, &bytes)
  }

  private func reconnect(_ driven: Driven, _ far: Far, _ path: String, _ bytes: inout [UInt8]) throws {
    bytes = Array(bytes.reversed().drop { $0 != 10 }.reversed())
    var connection: Far?
    driven.step {
      connection = connection ?? far.accept()
      return connection != nil
    }
    let open = try #require(connection)
    driven.step {
      bytes += open.read()
      return sequence(bytes).last == 210
    }
    #expect(Set(sequence(bytes).compactMap { $0 }) == Set(11...210))
  }

  @Test func unixDatagramsWait() throws {
    let folder = try ScratchFolder()
    var source = RecordSource()
    let log = folder.path + "/log"
    let reader = try Self.listen(SOCK_DGRAM, path: log)
    let other = bench(
      FeederBench.plan(.unixgram(path: Array(log.utf8)), .syslog, .events))
    // More than a queue holds: it waits, and loses nothing.
    for _ in 0..<500 { #expect(other.ring.take(source.event())) }
    var messages = 0
    other.step {
      while !reader.read().isEmpty { messages += 1 }
      return messages == 500
    }
    #expect(messages == 500)
  }

  @Test func udpKeepsToTheLinesAndTheMTU() throws {
    let (far, port) = try Self.listen(SOCK_DGRAM)
    let driven = bench(
      FeederBench.plan(.udp(host: Array("127.0.0.1".utf8), port: port), .influx))
    var source = RecordSource()
    for _ in 0..<100 { #expect(driven.ring.take(source.window(padding: 100))) }
    var packets: [[UInt8]] = []
    driven.step {
      while case let packet = far.read(), !packet.isEmpty { packets.append(packet) }
      return packets.joined().filter { $0 == 10 }.count == 100
    }
    #expect(packets.joined().filter { $0 == 10 }.count == 100)
    #expect(packets.allSatisfy { $0.last == 10 && $0.count <= 8192 } && packets.count < 10)
  }

  /// Nobody listens: ICMP says so, and what it spoke of is counted.
  @Test func udpRefused() throws {
    let port = try Self.listen(SOCK_DGRAM).1
    let driven = bench(FeederBench.plan(.udp(host: Array("127.0.0.1".utf8), port: port)))
    var source = RecordSource()
    driven.step {
      _ = driven.ring.take(source.window())
      return driven.status.dropped > 10
    }
    #expect(driven.status.dropped > 10 && driven.status.state.failure?.code == 111)
  }
}
