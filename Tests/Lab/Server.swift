import Foundation

/// A running NTP server of the lab. It is stopped, and its files are removed, with `stop` or with the object.
protocol Server: AnyObject, Sendable {
  /// Where clients find it: IPv4 and IPv6.
  var address: SocketAddress { get }
  var address6: SocketAddress { get }
  /// Where it runs; nil is the machine's own network, on loopback.
  var namespace: Namespace? { get }
  var child: Child { get }
  func stop()
}

extension Server {
  /// Asks from the server's own namespace. From another one: `RawQuery.ask(server.address, inside: client)`.
  func ask(_ request: [UInt8] = RawQuery.request()) throws -> RawPacket? {
    try RawQuery.ask(address, inside: namespace, request: request, timeout: .milliseconds(200))
  }

  /// What it has logged, for messages.
  var log: String { child.stdout + child.stderr }

  /// Waits for a reply that `isExpected` accepts; throws with the server's log where none comes, or it ended.
  func waitUntilReady(within deadline: Duration, _ isExpected: (RawPacket) -> Bool) throws {
    var last: RawPacket?
    try eventually("a reply as expected from \(address); last \(last as Any); \(log)", within: deadline) {
      guard child.isRunning else { throw LabFailure("ended at its start: \(log)") }
      last = try ask()
      return last.map(isExpected) ?? false
    }
  }
}
