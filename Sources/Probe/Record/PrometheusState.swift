/// What the lines of a stream come to between two scrapes. Counters count from the start of the run; figures are of the
/// last one to two `span`s, so that whoever scrapes once a span misses nothing.
public struct PrometheusState: Sendable {
  /// What a span has of one reference.
  struct Figures: Sendable {
    var offset = StreamHistogram()
    var delay = StreamHistogram()
    var boundLow = Nanoseconds.max
    var boundHigh = Nanoseconds.min
    /// The largest that the clock's error can have been, what could not be seen in between included.
    var worst: Nanoseconds?
    /// The least of its windows' coverage, in parts per million.
    var coverage: Int64?

    mutating func removeAll() {
      offset.removeAll()
      delay.removeAll()
      (boundLow, boundHigh, worst, coverage) = (.max, .min, nil, nil)
    }
  }

  struct Reference: Sendable {
    var name: [UInt8]
    var now = Figures()
    var before = Figures()
    /// In the order of `results`.
    var results = [UInt64](repeating: 0, count: PrometheusState.results.count)
    /// By the windows' kind, and by verdict in it.
    var verdicts: [(window: [UInt8], counts: [UInt64])] = []
    var delayCount: UInt64 = 0
    var delaySum = Nanoseconds.zero
    var offsetCount: UInt64 = 0
    var offsetSum = Nanoseconds.zero
    var lastReply: Instant<Realtime>?

    init(_ name: [UInt8]) { self.name = name }
  }

  static let results: [StaticString] = [
    "good", "timeout", "rejected", "rate-limited", "denied", "icmp", "send-failed", "abandoned",
  ]
  static let verdicts: [StaticString] = ["within", "warning", "critical", "unknown"]
  /// What a service follows at most.
  static let most = 64

  let span: Nanoseconds
  var references: [Reference] = []
  /// By cause, and by certainty in it.
  var events = [UInt64](repeating: 0, count: 2 * Cause.allCases.count)
  var drops: [(stream: [UInt8], count: UInt64)] = []
  var records: UInt64 = 0
  /// `probe` and the labels as `probe="vm7",site="ams1"`, and what `hello` says of the build; empty before the first.
  var labels: [UInt8] = []
  var version: [UInt8] = []
  /// When `now` began.
  private var turned: Instant<Boottime>?

  public init(span: Nanoseconds = .seconds(60)) { self.span = span }

  /// Begins a new span where one is over.
  public mutating func turn(_ now: Instant<Boottime>) {
    guard let turned else {
      self.turned = now
      return
    }
    guard now - turned >= span else { return }
    // What nobody rendered for two spans is over too.
    let isLate = now - turned >= span + span
    for place in references.indices {
      if isLate { references[place].now.removeAll() }
      references[place].turn()
    }
    self.turned = now
  }

  public mutating func add(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let kind = RecordKind(line, text) else { return }
    records += 1
    switch kind {
    case .hello: hello(line, text)
    case .sample: sample(line, text)
    case .loss:
      guard let place = place(line, text), let range = line.text(.reason) else { return }
      for (index, word) in Self.results.enumerated() where text.extracting(range).is(word) {
        references[place].results[index] += 1
      }
    case .event: event(line, text)
    case .window: window(line, text)
    case .drop: drop(line, text)
    case .mark: break
    }
  }

  private mutating func place(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) -> Int? {
    guard let range = line.text(.reference) else { return nil }
    let name = JSONScanner.text(range, of: text)
    for place in references.indices where references[place].name == name { return place }
    guard references.count < Self.most else { return nil }
    references.append(Reference(name))
    return references.count - 1
  }

  private mutating func hello(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    var words = ByteWriter(capacity: 64)
    words.label("probe", line.text(.probe), text)
    LineLabels.forEach(text) { key, value in words.label(JSONScanner.text(key, of: text), value, text) }
    labels = words.bytes
    version = JSONScanner.member("version", of: text).map { JSONScanner.text($0, of: text) } ?? []
  }

  private mutating func sample(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let place = place(line, text), let low = line.length(.boundLow), let high = line.length(.boundHigh),
      let offset = line.length(.offset), let time = line.instant(.t4, Realtime.self)
    else { return }
    var worst = max(low.magnitude, high.magnitude)
    if let blind = line.length(.blind) { worst += blind }
    references[place].add(offset: line[.torn] == 1 ? nil : offset, low, high, worst, at: time)
    if line[.torn] != 1, let range = JSONScanner.member("delay_ns", of: text) {
      var scanner = JSONScanner(range.lowerBound..<text.count)
      if let delay = scanner.integer(text) { references[place].add(delay: Nanoseconds(delay)) }
    }
  }

  private mutating func event(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let word = line.text(.cause), let certainty = line.text(.certainty) else { return }
    let isProven = text.extracting(certainty).is("proven")
    for (index, cause) in Cause.allCases.enumerated() where text.extracting(word).is(cause.name) {
      events[2 * index + (isProven ? 0 : 1)] += 1
    }
  }

  private mutating func window(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    guard let place = place(line, text) else { return }
    if let range = JSONScanner.member("verdict", of: text) {
      let kind = JSONScanner.member("span", of: text).map { JSONScanner.text($0, of: text) } ?? []
      for (index, word) in Self.verdicts.enumerated() where text.extracting(range).is(word) {
        references[place].count(verdict: index, of: kind)
      }
    }
    if let range = JSONScanner.member("error_max_ns", of: text) {
      var scanner = JSONScanner(range.lowerBound..<text.count)
      if let worst = scanner.integer(text) {
        references[place].now.worst = max(references[place].now.worst ?? .zero, Nanoseconds(worst))
      }
    }
    if let range = JSONScanner.member("coverage", of: text) {
      var scanner = LineScanner(place: range.lowerBound, end: range.upperBound, in: text)
      // A share with six decimals, read as seconds: ns of it are 1000 times too fine.
      if let share = scanner.seconds(text)?.length.count {
        references[place].now.coverage = min(references[place].now.coverage ?? .max, share / 1000)
      }
    }
  }

  private mutating func drop(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) {
    let stream = JSONScanner.member("stream", of: text).map { JSONScanner.text($0, of: text) } ?? []
    let count = UInt64(clamping: line[.count] ?? 0)
    for place in drops.indices where drops[place].stream == stream {
      drops[place].count &+= count
      return
    }
    if drops.count < Self.most { drops.append((stream, count)) }
  }
}

extension PrometheusState.Reference {
  fileprivate mutating func count(verdict: Int, of window: [UInt8]) {
    var place = verdicts.firstIndex { $0.window == window }
    if place == nil, verdicts.count < 8 {
      verdicts.append((window, [UInt64](repeating: 0, count: PrometheusState.verdicts.count)))
      place = verdicts.count - 1
    }
    if let place { verdicts[place].counts[verdict] += 1 }
  }

  fileprivate mutating func turn() {
    swap(&now, &before)
    now.removeAll()
  }

  fileprivate mutating func add(
    offset: Nanoseconds?, _ low: Nanoseconds, _ high: Nanoseconds, _ worst: Nanoseconds,
    at time: Instant<Realtime>
  ) {
    results[0] += 1
    lastReply = time
    if let offset {
      now.offset.add(offset)
      offsetCount += 1
      // A text may say anything: no sum of it traps.
      offsetSum = Nanoseconds(offsetSum.count &+ offset.count)
    }
    now.boundLow = min(now.boundLow, low)
    now.boundHigh = max(now.boundHigh, high)
    now.worst = max(now.worst ?? .zero, worst)
  }

  fileprivate mutating func add(delay: Nanoseconds) {
    now.delay.add(delay)
    delayCount += 1
    delaySum = Nanoseconds(delaySum.count &+ delay.count)
  }
}
