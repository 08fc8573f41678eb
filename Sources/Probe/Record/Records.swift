/// The schema's version, in every record. Keys may be added under it, never renamed.
public enum Schema {
  public static let name: StaticString = "timeprobe/1"
}

/// Who writes: constant over a run.
public struct Origin: Sendable {
  /// The configured name, by default the host's.
  public var probe: String { didSet { members = Self.members(probe, run, labels) } }
  /// 128 random bits, drawn at each start.
  public let run: (high: UInt64, low: UInt64)
  /// What else the configuration calls it, in its order.
  public let labels: [(key: [UInt8], value: [UInt8])]
  /// All of it as members of a JSON object: each record has them.
  private(set) var members: [UInt8]

  public init(
    probe: String, run: (high: UInt64, low: UInt64), labels: [(key: [UInt8], value: [UInt8])] = []
  ) {
    self.probe = probe
    self.run = run
    self.labels = labels
    members = Self.members(probe, run, labels)
  }

  private static func members(
    _ probe: String, _ run: (high: UInt64, low: UInt64), _ labels: [(key: [UInt8], value: [UInt8])]
  ) -> [UInt8] {
    var text = ByteWriter(capacity: 128)
    text.member("probe", text: probe)
    text.member("run") {
      $0.append(hex: run.high, digits: 16)
      $0.append(hex: run.low, digits: 16)
    }
    if !labels.isEmpty {
      text.openObject("labels")
      for label in labels { text.member(key: label.key) { $0.append(label.value) } }
      text.closeObject()
    }
    return text.bytes
  }
}

/// What every record begins with.
public struct Header: Sendable {
  /// Counts from 1 over all kinds of one run.
  public var seq: UInt64
  /// By the local clock.
  public var time: Instant<Realtime>
  public var raw: Instant<Raw>

  public init(seq: UInt64, time: Instant<Realtime>, raw: Instant<Raw>) {
    self.seq = seq
    self.time = time
    self.raw = raw
  }
}

/// The first record of a run: what measures what, with which settings.
public struct Hello: Sendable {
  public var header: Header
  public var version: StaticString
  public var host: String
  public var kernel: String
  /// `current_clocksource`; nil where /sys does not tell.
  public var clocksource: String?
  /// What the guest is and who steers its clock; nil where nobody looked.
  public var guest: Guest?
  /// The records after it are from recorded streams.
  public var isReplay = false
  public var references: [ReferenceInfo]
  public var interval: Nanoseconds
  public var timeout: Nanoseconds
  public var warning: Nanoseconds
  public var critical: Nanoseconds
  /// nil: a burst's.
  public var service: ServiceFacts?
  /// The run before, as the spool has it, and its last number.
  public var previous: (run: RunName, seq: UInt64)?

  public init(
    header: Header, version: StaticString, host: String, kernel: String, clocksource: String?,
    guest: Guest? = nil, references: [ReferenceInfo], interval: Nanoseconds, timeout: Nanoseconds,
    warning: Nanoseconds,
    critical: Nanoseconds
  ) {
    self.header = header
    self.version = version
    self.host = host
    self.kernel = kernel
    self.clocksource = clocksource
    self.guest = guest
    self.references = references
    self.interval = interval
    self.timeout = timeout
    self.warning = warning
    self.critical = critical
  }
}

/// A reference as the user named it and as it was found.
public struct ReferenceInfo: Sendable {
  /// The user's word for it; the `reference` of its records.
  public var name: String { didSet { member = Self.member(name) } }
  /// The numeric address, with zone; empty while the name is not resolved.
  public var address: String
  /// 0: a log does not tell it.
  public var port: UInt16
  /// The address that the queries leave from, its interface and the path's MTU; empty and 0 where unknown.
  public var source: String
  public var interface: String
  public var mtu: Int64
  /// Driver, stamps and route; nil where nobody looked.
  public var link: LinkFacts?
  /// The name as a member of a JSON object: each record has it.
  private(set) var member: [UInt8]

  public init(
    name: String, address: String, port: UInt16, source: String = "", interface: String = "", mtu: Int64 = 0,
    link: LinkFacts? = nil
  ) {
    self.name = name
    self.address = address
    self.port = port
    self.source = source
    self.interface = interface
    self.mtu = mtu
    self.link = link
    member = Self.member(name)
  }

  private static func member(_ name: String) -> [UInt8] {
    var text = ByteWriter(capacity: 64)
    text.member("reference", text: name)
    return text.bytes
  }
}

/// A query that was answered.
public struct Sample: Sendable {
  public var header: Header
  public var exchange: Exchange
  public var boundSource: BoundSource
  /// S - C at R4. Positive = the local clock is behind.
  public var boundLow: Nanoseconds
  public var boundHigh: Nanoseconds
  /// The legs outside this guest and outside the server, told apart by a theta of other exchanges; absent without.
  public var out: Nanoseconds?
  public var back: Nanoseconds?
  /// How far C may have gone from what was read of it since the sample before; nil: nobody watched.
  public var unseen: Unseen?
  /// What the exchange's own bounds allow for.
  public var terms: BoundTerms
  /// Why the band began anew with this exchange, if it did.
  public var reset: Band.Reason?

  /// - Parameter terms: nil: found here from the exchange
  public init(
    header: Header, exchange: Exchange, boundSource: BoundSource, boundLow: Nanoseconds,
    boundHigh: Nanoseconds, out: Nanoseconds?, back: Nanoseconds?, unseen: Unseen? = nil,
    terms: BoundTerms? = nil, reset: Band.Reason? = nil
  ) {
    self.header = header
    self.exchange = exchange
    self.boundSource = boundSource
    self.boundLow = boundLow
    self.boundHigh = boundHigh
    self.out = out
    self.back = back
    self.unseen = unseen
    self.terms = terms ?? Bound(exchange).terms
    self.reset = reset
  }
}

/// Something that happened to the clock or to the guest.
public struct EventRecord: Sendable {
  public var header: Header
  public var event: LocalEvent
  /// Whose exchanges told it; nil: the guest's own clocks and counters did.
  public var reference: String?
  /// Programs that steer the clock here.
  public var steerers: [StaticString]

  public init(
    header: Header, event: LocalEvent, reference: String? = nil, steerers: [StaticString] = []
  ) {
    self.header = header
    self.event = event
    self.reference = reference
    self.steerers = steerers
  }
}

/// What one reference's queries came to in a stretch of time.
public struct WindowRecord: Sendable {
  public var header: Header
  public var window: WindowReport

  public init(header: Header, window: WindowReport) {
    self.header = header
    self.window = window
  }
}

/// A query that was not.
public struct LossRecord: Sendable {
  public var header: Header
  public var loss: Loss

  public init(header: Header, loss: Loss) {
    self.header = header
    self.loss = loss
  }
}

/// Records that could not be written in time. `seq` from ... to, both included.
public struct Drop: Sendable {
  public var header: Header
  public var from: UInt64
  public var to: UInt64

  public init(header: Header, from: UInt64, to: UInt64) {
    self.header = header
    self.from = from
    self.to = to
  }
}

/// What a `hello` says of the service itself.
public struct ServiceFacts: Sendable {
  public var user: UInt32
  /// The names of those that it holds (capabilities(7)).
  public var capabilities: [StaticString]

  public init(user: UInt32, capabilities: [StaticString]) {
    self.user = user
    self.capabilities = capabilities
  }
}
