import CShim

/// Why a name has no address.
public enum NameError: Error, Sendable {
  /// The resolver's words.
  case unknown(String)
  case timeout
  case interrupted
  case system(SystemError)
}

public enum Names {
  /// The addresses of a name, the one to be tried first in front; never empty. Waits no longer than the timeout:
  /// getaddrinfo has a thread of its own, which is left behind when it is late.
  public static func resolve(
    _ host: String, _ family: IPAddress.Family?, timeout: Nanoseconds
  ) throws(NameError) -> [IPAddress] {
    if let address = numeric(host) {
      guard family == nil || family == address.family else {
        throw .unknown(family == .v4 ? "not an IPv4 address" : "not an IPv6 address")
      }
      return [address]
    }
    let lookup: Lookup
    let ready: UInt64
    do throws(SystemError) {
      lookup = try Lookup(host, family)
      // getaddrinfo of a static glibc wants some 100 KB of stack for its answers.
      try Thread.start(lookup, stack: 512 * 1024)
      var poller = Poller()
      _ = poller.add(lookup.event.number)
      ready = try poller.wait(timeout)
    } catch {
      throw .system(error)
    }
    if ready == 0 { throw Host.wasInterrupted ? .interrupted : .timeout }
    return try lookup.result()
  }

  /// A numeric address without a zone.
  public static func numeric(_ host: String) -> IPAddress? {
    let bytes = Array(host.utf8)
    return IPAddress.parse(bytes.span)
  }
}

/// One getaddrinfo call. The thread writes before it posts the event, and nobody reads before that.
private final class Lookup: ThreadBody, @unchecked Sendable {
  let event: Event
  private let host: String
  private let family: UInt8
  private var answers = [tp_endpoint](repeating: tp_endpoint(), count: 8)
  private var count: Int32 = 0
  private var why = ""

  init(_ host: String, _ family: IPAddress.Family?) throws(SystemError) {
    event = try Event()
    self.host = host
    self.family = family == .v4 ? 4 : family == .v6 ? 6 : 0
  }

  func run() {
    var words: UnsafePointer<CChar>?
    let family = family
    count = host.withCString { name in
      answers.withUnsafeMutableBufferPointer {
        tp_resolve(name, family, $0.baseAddress!, Int32($0.count), &words)
      }
    }
    if let words { why = String(cString: words) }
    event.post()
  }

  func result() throws(NameError) -> [IPAddress] {
    guard count >= 0 else { throw .unknown(why) }
    let addresses = answers.prefix(Int(count)).compactMap { Endpoint($0)?.address }
    guard !addresses.isEmpty else { throw .unknown("no address") }
    return addresses
  }
}
