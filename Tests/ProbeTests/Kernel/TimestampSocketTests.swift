import Testing

@testable import Probe

@Suite struct TimestampSocketTests {
  private var buffer = [UInt8](repeating: 0, count: 2048)

  private static func open(_ peer: PlainSocket) throws -> TimestampSocket {
    try TimestampSocket(to: peer.endpoint, interface: nil, source: nil)
  }

  /// A port where nobody listens any more.
  private static func closedPort(_ family: IPAddress.Family) throws -> Endpoint {
    try PlainSocket(family).endpoint
  }

  /// The kernel's stamps of both ways, in order and between the readings around them.
  @Test(arguments: [IPAddress.Family.v4, .v6])
  mutating func bothWaysAreStamped(_ family: IPAddress.Family) throws {
    let peer = try PlainSocket(family)
    let socket = try Self.open(peer)
    for number: UInt32 in 0..<5 {
      let before = LocalReading.now()
      let query = [UInt8](repeating: UInt8(number), count: 48)
      #expect(try socket.send(query) == number)
      #expect(peer.echo() == query)
      guard case .transmitStamp(let send, let messages) = try socket.await(errors: true, into: &buffer) else {
        fail("no stamp of the send")
        return
      }
      let transmit = try #require(messages.software)
      #expect(send == number)
      guard case .datagram(48, false, let arrival) = try socket.await(errors: false, into: &buffer) else {
        Issue.record("no reply")
        return
      }
      let receive = try #require(arrival.software)
      let after = LocalReading.now()
      #expect(Array(buffer.prefix(48)) == query)
      #expect(before.realtime <= transmit && transmit <= receive && receive <= after.realtime)
      #expect(!messages.malformed && !arrival.malformed)
    }
  }

  @Test mutating func nothingIsThereAtFirst() throws {
    let peer = try PlainSocket()
    let socket = try Self.open(peer)
    guard case .nothing = try socket.receive(into: &buffer) else { return fail("a datagram") }
    guard case .nothing = try socket.receiveError(into: &buffer) else { return fail("an error") }
  }

  /// The ICMP error brings the query back and, once taken, is nobody else's.
  @Test(arguments: [IPAddress.Family.v4, .v6])
  mutating func aClosedPortIsToldWithTheQuery(_ family: IPAddress.Family) throws {
    let socket = try TimestampSocket(to: try Self.closedPort(family), interface: nil, source: nil)
    for number: UInt32 in 0..<3 {
      let query = Scene.sent(UInt64(number))
      #expect(try socket.send(query) == number)
      var quoted: [UInt8]?
      var stamps: [UInt32] = []
      while quoted == nil || stamps.isEmpty {
        switch try socket.await(errors: true, into: &buffer) {
        case .icmp(let error, let count):
          quoted = Array(buffer.prefix(count))
          #expect(error.icmpName?.description == "port-unreachable")
        case .transmitStamp(let send, _): stamps.append(send)
        case .nothing, .datagram: return fail("the error queue is empty")
        }
      }
      #expect(quoted == query)
      #expect(stamps == [number])
    }
  }

  /// An error that was not taken makes the next send fail, and nobody knows whether that took a number.
  @Test mutating func afterAFailedSendBothSidesCountFromZero() throws {
    let socket = try TimestampSocket(to: try Self.closedPort(.v4), interface: nil, source: nil)
    _ = try socket.send(Scene.sent(1))
    var poller = Poller()
    _ = poller.add(socket.number)
    while try poller.wait(.seconds(5)).errors == 0 {}
    // One pending error fails one send.
    var failures = 0
    for _ in 0..<3 {
      do { _ = try socket.send(Scene.sent(2)) } catch { failures += 1 }
    }
    #expect(failures > 0)
    drain(socket)
    socket.resynchronise()
    #expect(try socket.send(Scene.sent(3)) == 0)
    var numbers: [UInt32] = []
    while numbers.isEmpty {
      switch try socket.await(errors: true, into: &buffer) {
      case .transmitStamp(let send, _): numbers.append(send)
      case .icmp: continue
      case .nothing, .datagram: return fail("no stamp")
      }
    }
    #expect(numbers == [0])
  }

  private mutating func drain(_ socket: TimestampSocket) {
    while true {
      if case .nothing? = try? socket.receiveError(into: &buffer) { return }
    }
  }

  @Test mutating func aLongDatagramIsToldAsCut() throws {
    let peer = try PlainSocket()
    let socket = try Self.open(peer)
    _ = try socket.send([UInt8](repeating: 7, count: 100))
    _ = peer.echo()
    var short = [UInt8](repeating: 0, count: 60)
    guard case .datagram(let count, let isTruncated, _) = try socket.await(errors: false, into: &short) else {
      return fail("no datagram")
    }
    #expect(isTruncated && count == 60 && short == [UInt8](repeating: 7, count: 60))
  }

  /// Only the connected peer is heard.
  @Test mutating func aStrangerIsNotHeard() throws {
    let peer = try PlainSocket()
    let stranger = try PlainSocket()
    let socket = try Self.open(peer)
    let local = try #require(try socket.localEndpoint())
    stranger.send([1, 2, 3], to: local)
    _ = try socket.send([9])
    _ = peer.echo()
    guard case .datagram(1, _, _) = try socket.await(errors: false, into: &buffer) else {
      return fail("not the peer's datagram")
    }
    guard case .nothing = try socket.receive(into: &buffer) else { return fail("the stranger's") }
  }

  @Test func eachSocketHasAPortOfItsOwnAndTheLoopbackAddress() throws {
    let peer = try PlainSocket()
    let sockets = try (0..<8).map { _ in try Self.open(peer) }
    let locals = try sockets.compactMap { try $0.localEndpoint() }
    #expect(Set(locals.map { $0.port }).count == 8)
    #expect(locals.allSatisfy { $0.address == IPAddress(v4: 0x7f00_0001) })
    #expect(sockets[0].pathMTU(.v4) >= 576)
    #expect(Interfaces.name(of: locals[0].address) == "lo")
  }

  @Test func whatCannotBeBoundIsAnErrorWithItsCall() throws {
    let remote = Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 9)
    let elsewhere = IPAddress(v4: 0xc000_0201)
    #expect(throws: SystemError("bind", 99)) {
      _ = try TimestampSocket(to: remote, interface: nil, source: elsewhere)
    }
    #expect(throws: SystemError.self) {
      _ = try TimestampSocket(to: remote, interface: "no-such-if0", source: nil)
    }
  }
}
