import Foundation

/// chronyd with `-x`: it serves time and never touches the machine's clock, which it could not either (see
/// `Clockless`).
final class ChronyServer: Server {
  enum Form: Sendable {
    /// Its own clock at a stratum, as `local` has it: refid 127.127.1.1.
    case local(stratum: Int)
    /// A GPS receiver: stratum 1, refid "GPS\0". With `-x` chronyd serves this machine's clock whatever the
    /// receiver says, so that a reference that is off takes a relay with `HeaderField.shift`.
    case gps
    /// No source: leap 3, stratum 0.
    case unsynchronised
  }

  let address: SocketAddress
  let address6: SocketAddress
  let namespace: Namespace?
  let child: Child
  private let folder: URL
  private let clock: SharedClock?

  /// On port 123 of `namespace`, else on a free port of loopback.
  ///
  /// `rateLimit` are the options of the `ratelimit` directive. chrony 4.3 answers too many queries with
  /// silence; for RATE kisses take `NTPsecServer`.
  init(
    _ form: Form = .local(stratum: 1), in namespace: Namespace? = nil, rateLimit: String? = nil,
    keys: [SymmetricKey] = [], directives: [String] = []
  ) throws {
    self.namespace = namespace
    let port = try namespace == nil ? Self.freePort() : 123
    address = SocketAddress(host: namespace?.address4 ?? "127.0.0.1", port: port)
    address6 = SocketAddress(host: namespace?.address6 ?? "::1", port: port)
    folder = try Scratch.makeFolder()
    var lines = [
      "port \(port)", "bindaddress \(address.host)", "bindaddress \(address6.host)", "allow all",
      "cmdport 0", "bindcmdaddress /", "pidfile \(folder.path)/pid",
    ]
    switch form {
    case .local(let stratum):
      clock = nil
      lines.append("local stratum \(stratum)")
    case .gps:
      let receiver = try SharedClock()
      clock = receiver
      // Four samples a second are enough to be selected within two.
      lines.append("refclock SHM \(receiver.unit) refid GPS poll -2 dpoll -4 precision 1e-7")
    case .unsynchronised:
      clock = nil
    }
    if let rateLimit { lines.append("ratelimit \(rateLimit)") }
    if !keys.isEmpty {
      lines.append("keyfile \(folder.path)/keys")
      try Self.write(keys.map(\.chronyLine), to: folder.appendingPathComponent("keys"))
    }
    let configuration = folder.appendingPathComponent("chrony.conf")
    try Self.write(lines + directives, to: configuration)
    // -d: in the foreground, log on stderr. -U: it may be started by others than root, who have no right to
    // lose.
    let command = [try Tool.chronyd.path(), "-x", "-d", "-U", "-u", NSUserName(), "-f", configuration.path]
    child = try namespace?.startDaemon(command) ?? Child(Clockless.command(command))
    try waitUntilReady(within: .seconds(20)) { reply in
      switch form {
      case .local(let stratum): reply.stratum == stratum
      case .gps: reply.stratum == 1 && reply.leap == 0
      case .unsynchronised: reply.leap == 3
      }
    }
    clock?.unlink()
  }

  deinit { stop() }

  func stop() {
    child.stop()
    clock?.stop()
    try? FileManager.default.removeItem(at: folder)
  }

  private static func write(_ lines: [String], to file: URL) throws {
    try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: false, encoding: .utf8)
    // chronyd warns of keys that others can read.
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
  }

  private static func freePort() throws -> UInt16 {
    try UDPSocket(bind: SocketAddress(host: "127.0.0.1", port: 0)).localPort
  }
}
