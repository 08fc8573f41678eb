/// One configured reference, from its name to its queries: looked up, connected, and both again when it stops answering.
final class Association {
  let settings: ReferenceSettings
  private(set) var info: ReferenceInfo
  private(set) var target: Target?
  private(set) var remote: IPAddress?
  /// The kernel's socket of `target`.
  private(set) var socket: TimestampSocket?
  /// Why there is no target now; nil: there is one, or it was not tried yet.
  private(set) var failure: UnknownReason?
  private var backoff = Backoff()
  private var due = Instant<Raw>(nanoseconds: .min)
  /// When replies were last seen to grow, and to how many.
  private var heard = Instant<Raw>(nanoseconds: .min)
  private var replies: UInt64 = 0
  /// How long it may be silent before it is looked up anew; doubles.
  private var patience: Nanoseconds

  static let leastPatience = Nanoseconds.seconds(60)
  static let mostPatience = Nanoseconds.seconds(3600)

  init(_ settings: ReferenceSettings) {
    self.settings = settings
    info = ReferenceInfo(name: settings.target.name, address: "", port: settings.target.port)
    patience = max(Self.leastPatience, settings.interval.scaled(by: 8))
  }

  /// What a step came to.
  enum Step {
    case nothing
    /// It has a target, and another than before.
    case connected
    /// Once for each new reason.
    case failed
  }

  /// Never waits.
  /// - Parameter make: the queries and the tally of a new target
  func step(_ now: Instant<Raw>, _ names: NameDesk, _ random: UInt64, _ make: (Association) -> Target) -> Step
  {
    if let target {
      if target.query.replies != replies {
        (replies, heard) = (target.query.replies, now)
        patience = max(Self.leastPatience, settings.interval.scaled(by: 8))
        backoff.reset()
      }
      guard now - heard >= patience, now >= due, target.query.isAsking else { return .nothing }
    } else if now < due {
      return .nothing
    }
    switch names.ask(Array(settings.target.host.utf8), settings.family.required) {
    case .pending: return .nothing
    case .failed(let words): return fail(.unresolved(words), now, random)
    case .addresses(let addresses): return connect(addresses, now, random, make)
    }
  }

  /// A name with several addresses: after silence the next of them.
  private func connect(
    _ addresses: [IPAddress], _ now: Instant<Raw>, _ random: UInt64, _ make: (Association) -> Target
  ) -> Step {
    var address = addresses[0]
    if target != nil, let remote, let place = addresses.firstIndex(of: remote) {
      address = addresses[(place + 1) % addresses.count]
    }
    let endpoint = Endpoint(address: address, port: settings.target.port)
    do throws(SystemError) {
      let source = settings.source.flatMap(NameLookup.numeric)
      let socket = try TimestampSocket(to: endpoint, interface: settings.interface, source: source)
      var info = ReferenceInfo(
        name: settings.target.name, address: Burst.text(address), port: settings.target.port)
      if let local = try socket.localEndpoint() {
        info.source = Burst.text(local.address)
        info.interface = settings.interface ?? Interfaces.name(of: local.address) ?? ""
      }
      info.mtu = socket.pathMTU(address.family)
      if target != nil { patience = min(patience + patience, Self.mostPatience) }
      (self.socket, self.info, remote, failure) = (socket, info, address, nil)
      (heard, replies) = (now, 0)
      target = make(self)
      return .connected
    } catch {
      return fail(.socket(error.call, error.code), now, random)
    }
  }

  private func fail(_ reason: UnknownReason, _ now: Instant<Raw>, _ random: UInt64) -> Step {
    due = now + .seconds(1) + backoff.next(random)
    defer { failure = reason }
    if let failure, Self.isSame(failure, reason) { return .nothing }
    return .failed
  }

  private static func isSame(_ a: UnknownReason, _ b: UnknownReason) -> Bool {
    switch (a, b) {
    case (.unresolved(let a), .unresolved(let b)): a.utf8.elementsEqual(b.utf8)
    case (.socket(_, let a), .socket(_, let b)): a == b
    default: false
    }
  }

  var question: LinkQuestion? {
    guard let remote else { return nil }
    return LinkQuestion(
      address: remote, interface: info.interface, isBound: settings.interface != nil,
      source: settings.source.flatMap(NameLookup.numeric))
  }

  var scope: IPAddress.Scope {
    remote.map { Endpoint(address: $0, port: settings.target.port).scope } ?? .public
  }
}
