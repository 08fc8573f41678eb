/// What this guest costs others: its queries at the references, its bytes at the collectors.
public struct LoadShare: Sendable {
  public struct AtReference: Sendable {
    /// Queries in 1000 s; as many replies come back.
    public var queries: Int64
    /// The interval that was asked for is shorter than an address like this is asked at without its owner's word.
    public var isSlowed: Bool
  }

  public struct AtStream: Sendable {
    /// Where nothing happens to the clock. What a stream overwrites counts each time.
    public var bytesPerDay: Int64
    /// More for each event.
    public var bytesPerEvent: Int64
  }

  /// In the order of the settings.
  public var references: [AtReference] = []
  public var streams: [AtStream] = []
  /// In 1000 s, at most: ticks of the watch, queries, replies. One wake-up may serve several.
  public var wakeups: Int64 = 0

  /// Queries to all references in 1000 s.
  public var queries: Int64 { references.reduce(0) { $0 + $1.queries } }

  static let day: Int64 = 86400

  public init(_ settings: ServiceSettings) {
    for reference in settings.references { references.append(Self.load(reference.value)) }
    for stream in settings.streams { streams.append(load(stream.value, settings)) }
    wakeups = Self.perThousandSeconds(settings.watch.value) + 2 * queries
  }

  private static func perThousandSeconds(_ interval: Nanoseconds) -> Int64 {
    1_000_000_000_000 / max(interval.count, 1)
  }

  /// A name may turn out to be anywhere: it is taken at its word.
  private static func load(_ reference: ReferenceSettings) -> AtReference {
    let host = NumericHost(Array(reference.target.host.utf8)[...])
    let isPublic = host.map { $0.zone == nil && $0.address.scope == .public } ?? false
    let isSlowed = isPublic && !reference.rateAgreed && reference.interval < Politeness.slow
    return AtReference(
      queries: perThousandSeconds(isSlowed ? Politeness.slow : reference.interval), isSlowed: isSlowed)
  }

  private func load(_ plan: StreamPlan, _ settings: ServiceSettings) -> AtStream {
    let sizes = RecordSizes.of(plan.format)
    var labels: Int64 = 0
    for label in settings.labels { labels += Int64(label.value.key.count + label.value.value.count + 6) }
    var queries: Int64 = 0
    var count: Int64 = 0
    for (index, reference) in settings.references.enumerated()
    where plan.takes(reference.value.target.name) {
      queries += references[index].queries
      count += 1
    }
    if plan.format == .prometheus {
      let size = RecordSizes.prometheusBase + count * (RecordSizes.prometheusReference + 20 * labels)
      let writes = Self.day * 1_000_000_000 / max(plan.interval.count, 1)
      return AtStream(bytesPerDay: size * writes, bytesPerEvent: 0)
    }
    let carried = plan.format == .jsonl || plan.format == .influx ? labels : 0
    var bytes: Int64 = 0
    if plan.kinds.contains(.samples) {
      bytes += queries * Self.day / 1000 / Int64(plan.every) * (sizes.sample + carried)
    }
    if plan.kinds.contains(.windows) {
      bytes += count * Self.windows(settings.windows.value) * (sizes.window + carried)
    }
    var event = plan.kinds.contains(.events) ? sizes.event + carried : 0
    if let around = plan.around {
      // In 1000 s there are `queries` of them, and this is twice the length in seconds.
      let length = around.count * 2 / 1_000_000
      event += queries * length / 1_000_000 * (sizes.sample + carried)
    }
    return AtStream(bytesPerDay: bytes, bytesPerEvent: event)
  }

  /// Of one reference, in a day.
  private static func windows(_ lengths: WindowLengths) -> Int64 {
    (lengths.contains(.second) ? day : 0) + (lengths.contains(.minute) ? day / 60 : 0)
  }
}

extension StreamPlan {
  func takes(_ reference: String) -> Bool {
    references.isEmpty || references.contains { reference.utf8.elementsEqual($0) }
  }
}
