import Foundation

/// NTPsec's ntpd with the local refclock, which reports stratum 4, refid 127.127.1.0 when synchronised.
///
/// `disable ntp` would keep it at leap 3 for ever; so its discipline stays on, in user space (`disable
/// kernel`), and its offset is 0 by construction. What it may try all the same fails without CAP_SYS_TIME; it
/// logs that and goes on.
final class NTPsecServer: Server {
  let address: SocketAddress
  let address6: SocketAddress
  let host: Namespace
  var namespace: Namespace? { host }
  let child: Child
  private let folder: URL

  /// `kisses`: RATE kisses to who asks often (`restrict default limited kod`).
  /// `polls`: a server that it asks each second or two, and writes rawstats of, without following it.
  /// `isSynchronised`: false leaves it without a refclock, at leap 3, stratum 0.
  init(
    in namespace: Namespace, isSynchronised: Bool = true, kisses: Bool = false, polls: String? = nil,
    keys: [SymmetricKey] = []
  ) throws {
    host = namespace
    address = SocketAddress(host: namespace.address4, port: 123)
    address6 = SocketAddress(host: namespace.address6, port: 123)
    folder = try Scratch.makeFolder()
    // Orphan wait: the local clock is taken after 1 s instead of 300 s without another source.
    var lines = ["disable kernel", "tos orphanwait 1", "driftfile \(folder.path)/drift"]
    if isSynchronised {
      lines.append("refclock local unit 0 stratum 3 refid LOCL minpoll 0 maxpoll 0")
    }
    // Built in is `restrict default noquery limited`: silence after some 20 queries in a row.
    lines.append(kisses ? "restrict default limited kod" : "unrestrict default limited")
    if let polls {
      lines += [
        "server \(polls) minpoll 0 maxpoll 0 noselect",
        "statsdir \(folder.path)/", "statistics rawstats",
        "filegen rawstats file rawstats type none enable",
      ]
    }
    if !keys.isEmpty {
      lines += ["keys \(folder.path)/keys", "trustedkey " + keys.map { "\($0.id)" }.joined(separator: " ")]
      try (keys.map(\.ntpsecLine).joined(separator: "\n") + "\n")
        .write(to: folder.appendingPathComponent("keys"), atomically: false, encoding: .utf8)
    }
    let configuration = folder.appendingPathComponent("ntp.conf")
    try (lines.joined(separator: "\n") + "\n").write(to: configuration, atomically: false, encoding: .utf8)
    // -n: in the foreground, log on stderr.
    child = try namespace.startDaemon([
      try Tool.ntpsec.path(), "-n", "-c", configuration.path, "-p", "\(folder.path)/pid",
    ])
    try waitUntilReady(within: .seconds(30)) {
      isSynchronised ? $0.leap == 0 && $0.stratum == 4 : $0.leap == 3
    }
  }

  deinit { stop() }

  /// The file of a real ntpd, for comparison. Empty before the first reply of the polled server.
  var rawstats: String {
    (try? String(contentsOf: folder.appendingPathComponent("rawstats"), encoding: .utf8)) ?? ""
  }

  func stop() {
    child.stop()
    try? FileManager.default.removeItem(at: folder)
  }
}
