/// A `loss` of a recorded stream.
extension Loss {
  /// nil: a key is missing, or the reason is not known.
  public init?(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let query = line[.query], query >= 0, let word = line.text(.reason),
      let ended = line.instant(.raw, Raw.self), let waited = line.length(.waited),
      let reason = LossReason(text.extracting(word), line, text)
    else { return nil }
    let moment = line.text(.time).flatMap { Instant<Realtime>(rfc3339: text.extracting($0)) }
    let realtime = (moment ?? Instant(nanoseconds: ended.nanoseconds)) - waited
    let sent = ended - waited
    self.init(
      query: UInt64(query), reason: reason,
      sent: LocalReading(
        rawBefore: sent, realtime: realtime, monotonic: Instant(nanoseconds: sent.nanoseconds), rawAfter: sent
      ),
      ended: ended, rejected: CheckCounts(line.text(.rejected), text))
  }

  /// A line of another program's log whose reply failed a check.
  public init(_ check: PacketCheck, query: UInt64, at moment: LocalReading) {
    var counts = CheckCounts()
    counts.count(check)
    self.init(query: query, reason: .rejected, sent: moment, ended: moment.raw, rejected: counts)
  }
}

extension LossReason {
  fileprivate init?(
    _ word: borrowing Span<UInt8>, _ line: borrowing RecordLine, _ text: borrowing Span<UInt8>
  ) {
    if word.is("timeout") {
      self = .timeout
    } else if word.is("rejected") {
      self = .rejected
    } else if word.is("rate-limited") {
      self = .rateLimited
    } else if word.is("denied") {
      self = .denied
    } else if word.is("abandoned") {
      self = .abandoned
    } else if word.is("icmp"), let name = line.text(.icmp) {
      self = .icmp(ExtendedError.icmpName(text.extracting(name)))
    } else if word.is("send-failed") {
      self = .sendFailed(Int32(clamping: line[.errno] ?? 0))
    } else {
      return nil
    }
  }
}

extension ExtendedError {
  /// All that `icmpName` gives, the most frequent first.
  static let icmpNames: [StaticString] = [
    "port-unreachable", "host-unreachable", "net-unreachable", "admin-prohibited", "protocol-unreachable",
    "too-big",
    "source-route-failed", "precedence", "source-quench", "redirect", "time-exceeded", "reassembly-timeout",
    "parameter-problem", "beyond-scope", "route-rejected",
  ]

  /// A name of a later version is `icmp-other`.
  static func icmpName(_ word: borrowing Span<UInt8>) -> StaticString {
    for name in icmpNames where word.is(name) { return name }
    return "icmp-other"
  }
}

extension CheckCounts {
  /// `{"short":1,"bad-origin":2}`; names of a later version are left out.
  init(_ range: Range<Int>?, _ text: borrowing Span<UInt8>) {
    self.init()
    guard let range else { return }
    var scanner = JSONScanner(range)
    guard scanner.take("{", text) else { return }
    var (isFirst, isEnd) = (true, false)
    while let key = scanner.key(text, isFirst: isFirst, isEnd: &isEnd), let times = scanner.integer(text) {
      isFirst = false
      for check in PacketCheck.allCases where text.extracting(key).is(check.name) {
        count(check, times: UInt32(clamping: times))
      }
    }
  }
}
