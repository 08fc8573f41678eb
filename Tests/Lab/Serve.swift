import Foundation

/// `timeprobe --serve`, up and answering. Ends with the object.
final class Serve: Sendable {
  let address: String
  let port: UInt16
  let child: Child

  var target: SocketAddress { SocketAddress(host: address, port: port) }
  var reference: String { target.description }

  /// On `address` of `namespace`, else of this machine; on a free port where none is given.
  init(
    _ options: [String] = [], on address: String = "127.0.0.1", port: UInt16? = nil,
    in namespace: Namespace? = nil
  ) throws {
    self.address = address
    let chosen = try port ?? Self.freePort(on: address, in: namespace)
    self.port = chosen
    let target = SocketAddress(host: address, port: chosen)
    child = try Timeprobe.start(["--serve", "\(target)"] + options, inside: namespace)
    let child = child
    try eventually("serving: \(child.stderr)", within: .seconds(10)) {
      guard child.isRunning else { throw LabFailure("ended at its start: \(child.stderr)") }
      return child.stderr.contains("serving ")
    }
  }

  deinit { child.stop() }

  static func freePort(on address: String = "127.0.0.1", in namespace: Namespace? = nil) throws -> UInt16 {
    let local = SocketAddress(host: address, port: 0)
    guard let namespace else { return try UDPSocket(bind: local).localPort }
    return try namespace.inside { try UDPSocket(bind: local).localPort }
  }
}
