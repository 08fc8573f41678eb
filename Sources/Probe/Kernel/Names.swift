import CShim

/// Why a name has no address.
public enum NameError: Error, Sendable {
  /// The resolver's words.
  case unknown(String)
  case timeout
  case interrupted
  case system(SystemError)
}

/// One name on its way to addresses. getaddrinfo has a thread of its own, which is left behind when it is late.
/// The thread writes before it posts the event, and nobody reads before that.
public final class NameLookup: ThreadBody, @unchecked Sendable {
  private let host: String
  private let family: IPAddress.Family?
  private let event: Event
  private var answers: [IPAddress] = []
  private var why = ""

  /// Starts looking. A numeric address needs no thread, nor any file.
  public init(_ host: String, _ family: IPAddress.Family?) throws(SystemError) {
    self.host = host
    self.family = family
    event = try Event()
    if let address = Self.numeric(host) {
      if family == nil || family == address.family { answers = [address] }
      why = family == .v4 ? "not an IPv4 address" : "not an IPv6 address"
      event.post()
    } else {
      // getaddrinfo of a static glibc wants some 100 KB of stack for its answers.
      try Thread.start(self, stack: 512 * 1024)
    }
  }

  /// A numeric address without a zone.
  public static func numeric(_ host: String) -> IPAddress? {
    let bytes = Array(host.utf8)
    return IPAddress.parse(bytes.span)
  }

  public func run() {
    var found = [tp_endpoint](repeating: tp_endpoint(), count: 8)
    var words: UnsafePointer<CChar>?
    let family: UInt8 = family == .v4 ? 4 : family == .v6 ? 6 : 0
    let count = host.withCString { name in
      found.withUnsafeMutableBufferPointer {
        tp_resolve(name, family, $0.baseAddress!, Int32($0.count), &words)
      }
    }
    if let words { why = String(cString: words) }
    answers = found.prefix(Int(max(0, count))).compactMap { Endpoint($0)?.address }
    event.post()
  }

  /// The addresses, the one to be tried first in front; never empty.
  public func wait(_ timeout: Nanoseconds) throws(NameError) -> [IPAddress] {
    var poller = Poller()
    _ = poller.add(event.number)
    let ready: UInt64
    do throws(SystemError) { ready = try poller.wait(timeout) } catch { throw .system(error) }
    if ready == 0 { throw Host.wasInterrupted ? .interrupted : .timeout }
    if answers.isEmpty { throw .unknown(why) }
    return answers
  }
}
