/// The sentences of the screen and of the plugin line. Short reasons are in Record/Words.swift.
extension ByteWriter {
  /// What the verdict rests on, in plain words.
  mutating func append(verdictOf summary: Summary, _ limits: Limits, timeout: Nanoseconds) {
    switch summary.verdict {
    case .ok:
      append("within " as StaticString)
      append(limit: limits.critical)
      append(" for " as StaticString)
      append(share: summary.coverageCritical)
      append(" of the time, proven" as StaticString)
    case .warning: append(excess: summary, "warning", limits.warning, orBestPast: limits.critical)
    case .critical: append(excess: summary, "critical", limits.critical, orBestPast: nil)
    case .unknown: append(unknown: summary, limits, timeout: timeout)
    }
  }

  /// "at least 1.4ms behind, proven; critical is 1ms". Where the bounds at the end prove nothing, it was before.
  private mutating func append(
    excess summary: Summary, _ name: StaticString, _ limit: Nanoseconds, orBestPast second: Nanoseconds?
  ) {
    if let least = summary.leastAtEnd, least.magnitude > limit {
      append("at least " as StaticString)
      append(offset: least, .down)
      append(", proven; " as StaticString)
      append(name)
      append(" is " as StaticString)
      return append(limit: limit)
    }
    if let second, let best = summary.best, best.magnitude > second {
      append("past critical (" as StaticString)
      append(limit: second)
      return append(") by the best estimate; not proven" as StaticString)
    }
    append("was past " as StaticString)
    append(limit: limit)
    append(" at some moment, proven" as StaticString)
  }

  private mutating func append(unknown summary: Summary, _ limits: Limits, timeout: Nanoseconds) {
    switch summary.unknown {
    case .coverage?: append(coverage: summary, limits)
    case .noReply?:
      append("no reply to " as StaticString)
      append(count: summary.counts.sent, "query", "queries")
      append(", each within " as StaticString)
      append(limit: timeout)
    case .unusable(let check)?:
      append("no usable reply: " as StaticString)
      append(check.sentence)
      append(" (" as StaticString)
      append(check.name)
      append(byte: UInt8(ascii: ")"))
    case let reason?:
      var words = ByteWriter(capacity: 96)
      words.append(reason)
      append(printable: String(decoding: words.bytes, as: UTF8.self))
    case nil: append("no verdict" as StaticString)
    }
  }

  /// A reference too far away can never prove the limit; one that is near enough had gaps.
  private mutating func append(coverage summary: Summary, _ limits: Limits) {
    // Half the delay is what asymmetry can hide.
    if let delay = summary.delay, delay.min.half > limits.critical {
      append("too far away to prove " as StaticString)
      append(limit: limits.critical)
      append(": a delay of " as StaticString)
      append(figure: delay.min)
      if let worst = summary.worst {
        append(" proves " as StaticString)
        append(figure: worst, .up)
        append(" at best" as StaticString)
      }
      return
    }
    append("within " as StaticString)
    append(limit: limits.critical)
    append(" is proven for only " as StaticString)
    append(share: summary.coverageCritical)
    append(" of the time, not for 99 %" as StaticString)
    if let worst = summary.worst, worst > limits.critical {
      append("; " as StaticString)
      append(figure: worst, .up)
      append(" would hold" as StaticString)
    }
  }

  /// A limit as the user set it, exactly.
  mutating func append(limit: Nanoseconds) { append(limit.exactText) }

  mutating func append(count: UInt64, _ one: StaticString, _ many: StaticString) {
    append(count)
    append(byte: 0x20)
    append(count == 1 ? one : many)
  }
}

extension Summary {
  /// The least |S - C| that the bounds at the end prove, with its sign; nil where they allow none.
  var leastAtEnd: Nanoseconds? {
    if let low = boundLow, low > .zero { return low }
    if let high = boundHigh, high < .zero { return high }
    return nil
  }
}

extension PacketCheck {
  /// What a reply that failed it was like.
  var sentence: StaticString {
    switch self {
    case .short: "shorter than an NTP packet"
    case .long: "longer than an NTP packet"
    case .version: "of another version of NTP"
    case .mode: "not in a server's mode"
    case .trailer: "extension fields or MAC are malformed"
    case .duplicate: "the query was answered already"
    case .late: "the query was given up before it came"
    case .origin: "they answer no query of ours"
    case .kiss: "a kiss code"
    case .unsynchronized: "the reference is not synchronized"
    case .times: "its timestamps are missing or out of order"
    case .root: "it is 16 s or more away from its own source"
    case .delay: "it claims to have held the query for longer than the exchange took"
    }
  }
}
