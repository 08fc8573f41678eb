/// The one place where reasons become words: the screen, the plugin line and `--format json` all take them
/// from here. `name` is stable, one word, for programs; the words are for people and may change.
extension UnknownReason {
  public var name: StaticString {
    switch self {
    case .unresolved: "unresolved"
    case .socket: "socket"
    case .noReply: "no-reply"
    case .refused: "refused"
    case .unusable: "unusable"
    case .rateLimited: "rate-limited"
    case .denied: "denied"
    case .sendFailed: "send-failed"
    case .coverage: "coverage"
    case .selfMeasurement: "self"
    case .interrupted: "interrupted"
    }
  }
}

extension ByteWriter {
  /// Short, without a full stop: "no reply", "refused: ICMP port-unreachable".
  public mutating func append(_ reason: UnknownReason) {
    switch reason {
    case .unresolved(let words):
      append("the name does not resolve" as StaticString)
      if !words.utf8.isEmpty {
        append(": " as StaticString)
        append(words)
      }
    case .socket(let call, let code):
      append(call)
      append(" failed: " as StaticString)
      append(systemError: code)
    case .noReply: append("no reply" as StaticString)
    case .refused(let name):
      append("refused: ICMP " as StaticString)
      append(name)
    case .unusable(let check):
      append("no usable reply: " as StaticString)
      append(check.name)
    case .rateLimited: append("the server limits our rate (kiss code RATE)" as StaticString)
    case .denied: append("the server denies us service (kiss code DENY or RSTR)" as StaticString)
    case .sendFailed(let code):
      append("nothing could be sent: " as StaticString)
      append(systemError: code)
    case .coverage: append("the bounds prove less than 99 % of the time" as StaticString)
    case .selfMeasurement: append("the instrument's own floor; it judges no clock" as StaticString)
    case .interrupted: append("interrupted before a reply came" as StaticString)
    }
  }

  /// "network unreachable (errno 101)"; the number alone where there is no word for it.
  public mutating func append(systemError code: Int32) {
    guard let words = SystemErrorWords.of(code) else {
      append("errno " as StaticString)
      append(Int64(code))
      return
    }
    append(words)
    append(" (errno " as StaticString)
    append(Int64(code))
    append(byte: UInt8(ascii: ")"))
  }
}

extension SlowReason {
  public var name: StaticString {
    switch self {
    case .publicAddress: "public-address"
    case .farAway: "far-away"
    case .rateLimited: "rate-limited"
    case .unheard: "unheard"
    }
  }

  public var words: StaticString {
    switch self {
    case .publicAddress: "neither loopback, private nor link-local, and no --rate-agreed"
    case .farAway: "10 ms or more away, and no --rate-agreed"
    case .rateLimited: "the server asked for it (kiss code RATE)"
    case .unheard: "nothing has come back"
    }
  }
}

/// What sockets fail with, by Linux's numbers (asm-generic/errno-base.h and errno.h), which x86-64, arm64 and
/// riscv64 share. Not strerror: this layer imports nothing.
enum SystemErrorWords {
  static func of(_ code: Int32) -> StaticString? {
    switch code {
    case 1: "not permitted"
    case 11: "no room at the moment"
    case 12: "out of memory"
    case 13: "permission denied"
    case 19: "no such interface"
    case 22: "invalid argument"
    case 23, 24: "too many open files"
    case 90: "message too long"
    case 97: "address family not supported"
    case 98: "address in use"
    case 99: "address not available here"
    case 100: "network is down"
    case 101: "network unreachable"
    case 105: "no buffer space"
    case 110: "timed out"
    case 111: "connection refused"
    case 112: "host is down"
    case 113: "no route to host"
    default: nil
    }
  }
}
