import Testing

@testable import Probe

@Suite struct ServerSocketTests {
  private var buffer = [UInt8](repeating: 0, count: 1024)

  private static let anyV4 = IPAddress(v4: 0)
  private static let anyV6 = IPAddress(v6: 0, 0)

  private mutating func next(_ server: ServerSocket) throws -> (count: Int, stamp: Instant<Realtime>?)? {
    var poller = Poller()
    _ = poller.add(server.number)
    for _ in 0..<100 {
      if let query = server.receive(into: &buffer) { return query }
      _ = try poller.wait(.milliseconds(50))
    }
    return nil
  }

  /// The kernel begins to stamp some time after the first socket asked for it (net/core/dev.c, net_enable_timestamp).
  private mutating func settle(_ server: ServerSocket, _ client: PlainSocket, _ endpoint: Endpoint) throws {
    for _ in 0..<1000 {
      client.send([0], to: endpoint)
      if try next(server)?.stamp != nil { return }
    }
    Issue.record("no stamp of a thousand")
  }

  /// A socket on all addresses answers from the one that was asked: the client is connected and takes no other.
  @Test(arguments: [
    (anyV4, IPAddress(v4: 0x7f00_0001)), (anyV4, IPAddress(v4: 0x7f00_0002)),
    (anyV4, IPAddress(v4: 0x7f12_3456)), (anyV6, IPAddress(v6: 0, 1)),
  ])
  mutating func answersFromTheAddressAsked(_ local: IPAddress, _ asked: IPAddress) throws {
    let server = try ServerSocket(on: Endpoint(address: local, port: 0), interface: nil)
    let port = try #require(try server.localEndpoint()).port
    let client = try PlainSocket(asked.family)
    try settle(server, client, Endpoint(address: asked, port: port))
    client.send([1, 2, 3], to: Endpoint(address: asked, port: port))
    let query = try next(server)
    #expect(query?.count == 3 && Array(buffer.prefix(3)) == [1, 2, 3])
    #expect(query?.stamp != nil)
    #expect(server.reply([4, 5]))
    #expect(client.receive() == [4, 5])
  }

  @Test mutating func stampsArriveInTheirOrder() throws {
    let server = try ServerSocket(on: Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 0), interface: nil)
    let endpoint = try #require(try server.localEndpoint())
    let client = try PlainSocket()
    try settle(server, client, endpoint)
    var last = LocalReading.now().realtime
    for byte: UInt8 in 0..<5 {
      client.send([byte], to: endpoint)
      let query = try next(server)
      let stamp = try #require(query?.stamp)
      #expect(buffer[0] == byte)
      #expect(last <= stamp && stamp <= LocalReading.now().realtime)
      last = stamp
    }
    #expect(server.receive(into: &buffer) == nil)
  }

  @Test func aPortInUseIsAnError() throws {
    let first = try ServerSocket(on: Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 0), interface: nil)
    let taken = try #require(try first.localEndpoint())
    #expect(throws: SystemError("bind", 98)) { _ = try ServerSocket(on: taken, interface: nil) }
  }
}
