import Foundation

/// OpenNTPD, a client of `upstream` that serves in turn: stratum one more, refid the upstream's address.
///
/// Its folders below /var/lib and its user are compiled in, so that it gets a mount namespace with both (the
/// one that `ip netns exec` makes). Without CAP_SYS_TIME its adjtime() fails and it serves leap 3 for ever:
/// the state of `isSynchronised: false`. For the other state fetch-servers.sh builds a library that answers
/// its adjtime() itself, and runs its timers fast; the machine's clock is out of reach in both.
final class OpenNTPDServer: Server {
  let address: SocketAddress
  let address6: SocketAddress
  let host: Namespace
  var namespace: Namespace? { host }
  let child: Child
  private let folder: URL

  /// `upstream`: an address with a server on port 123.
  init(in namespace: Namespace, upstream: String, isSynchronised: Bool = true) throws {
    host = namespace
    address = SocketAddress(host: namespace.address4, port: 123)
    address6 = SocketAddress(host: namespace.address6, port: 123)
    folder = try Scratch.makeFolder()
    let configuration = folder.appendingPathComponent("ntpd.conf")
    try "listen on \(address.host)\nlisten on \(address6.host)\nserver \(upstream)\n"
      .write(to: configuration, atomically: false, encoding: .utf8)
    let script = """
      set -e
      mount -t tmpfs tmpfs /var/lib
      mkdir -p /var/lib/openntpd/run /var/lib/openntpd/db
      cp /etc/passwd "$2/passwd"
      echo "ntpd:x:65533:65534::/var/lib/openntpd:/bin/false" >> "$2/passwd"
      mount --bind "$2/passwd" /etc/passwd
      LD_PRELOAD="$3"
      export LD_PRELOAD
      exec "$1" -d -f "$2/ntpd.conf"
      """
    let library = isSynchronised ? try Tool.stillclock.path() : ""
    // 8 good replies at 5 to 9 s each, twice, before it says that it is synchronised: 2 s at this haste.
    let environment = isSynchronised ? ["LAB_HASTE": "50"] : [:]
    child = try namespace.startDaemon(
      ["sh", "-c", script, "sh", try Tool.openntpd.path(), folder.path, library], environment: environment)
    try waitUntilReady(within: .seconds(30)) {
      isSynchronised ? $0.leap == 0 && $0.stratum > 0 : $0.leap == 3
    }
  }

  deinit { stop() }

  func stop() {
    child.stop()
    try? FileManager.default.removeItem(at: folder)
  }
}
