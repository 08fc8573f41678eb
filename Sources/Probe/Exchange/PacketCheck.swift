/// The checks that a reply must pass, in this order; each has the name that records and screens use.
public enum PacketCheck: UInt8, CaseIterable, Sendable {
  /// Fewer bytes than the header's 48.
  case short
  /// More bytes than any NTP packet: it was cut off by the receive buffer.
  case long
  /// Not the version that was asked with (RFC 5905 section 9.2 takes any; we asked with 4, a server answers alike).
  case version
  /// Not mode 4.
  case mode
  /// Extension fields or MAC are not of RFC 7822's form.
  case trailer
  /// Answers a query that was answered already.
  case duplicate
  /// Answers a query that was given up, or that ended otherwise.
  case late
  /// The origin timestamp is no open query's (RFC 5905 section 8, TEST2: bogus).
  case origin
  /// A kiss code other than those obeyed.
  case kiss
  /// Leap 3, stratum 0 or stratum over 15 (RFC 5905 section 8, TEST6).
  case unsynchronized
  /// T2 or T3 zero, or T3 before T2 (RFC 5905 section 8, TEST3).
  case times
  /// Root distance of 16 s or more (RFC 5905 section 8, TEST7; MAXDISP).
  case root
  /// The server held the query longer than the exchange lasted, beyond what clock readings explain.
  case delay

  public var name: StaticString {
    switch self {
    case .short: "short"
    case .long: "long"
    case .version: "bad-version"
    case .mode: "bad-mode"
    case .trailer: "bad-trailer"
    case .duplicate: "duplicate"
    case .late: "late"
    case .origin: "bad-origin"
    case .kiss: "kiss"
    case .unsynchronized: "unsynchronized"
    case .times: "bad-times"
    case .root: "bad-root"
    case .delay: "bad-delay"
    }
  }
}

/// How often each check failed. Saturates. Walks its own places: `allCases` is an array made anew at each use.
public struct CheckCounts: Equatable, Sendable {
  private var counts: InlineArray<13, UInt32>
  public private(set) var isEmpty = true

  public init() { counts = InlineArray(repeating: 0) }

  public subscript(check: PacketCheck) -> UInt32 { counts[Int(check.rawValue)] }

  public mutating func count(_ check: PacketCheck) {
    isEmpty = false
    let index = Int(check.rawValue)
    if counts[index] < .max { counts[index] += 1 }
  }

  /// Saturates too.
  mutating func count(_ check: PacketCheck, times: UInt32) {
    isEmpty = isEmpty && times == 0
    let index = Int(check.rawValue)
    let (sum, overflow) = counts[index].addingReportingOverflow(times)
    counts[index] = overflow ? .max : sum
  }

  public mutating func add(_ other: CheckCounts) {
    // Most often nothing failed.
    if !other.isEmpty { addEach(other) }
  }

  @inline(never)
  private mutating func addEach(_ other: CheckCounts) {
    isEmpty = false
    for index in counts.indices {
      let (sum, overflow) = counts[index].addingReportingOverflow(other.counts[index])
      counts[index] = overflow ? .max : sum
    }
  }

  /// What was counted since; of two of which the later has all of the earlier.
  func growth(since earlier: CheckCounts) -> CheckCounts {
    var growth = CheckCounts()
    guard !isEmpty else { return growth }
    for index in counts.indices where counts[index] > earlier.counts[index] {
      growth.counts[index] = counts[index] - earlier.counts[index]
      growth.isEmpty = false
    }
    return growth
  }

  public var total: UInt64 {
    var sum: UInt64 = 0
    for index in counts.indices { sum += UInt64(counts[index]) }
    return sum
  }

  public static func == (a: CheckCounts, b: CheckCounts) -> Bool {
    for index in a.counts.indices where a.counts[index] != b.counts[index] { return false }
    return true
  }
}
