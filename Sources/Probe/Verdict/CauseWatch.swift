/// Evidence to cause, for all references together (DESIGN section 3). No clock, no I/O.
public struct CauseWatch: Sendable {
  /// Where a reference runs, as far as it matters for what it can tell.
  public enum Place: Sendable {
    case elsewhere
    /// In this guest: what stops the guest stops it as well, so that it bears no witness of others.
    case thisGuest
    /// In this process, on C: its jumps are those of C, which the local watch has seen.
    case thisProcess
  }

  private struct Reference {
    var place = Place.elsewhere
    var excursions = ExcursionWatch()
    var jumps = JumpWatch()
    var replies = ReplyWatch()
    /// A jump that waits for what the others say.
    var jump: Jump?
    /// The last that was told.
    var decided: Jump?
    /// Its fields changed last between these.
    var changed: (from: Instant<Raw>, to: Instant<Raw>)?
    /// Of its band, at its last exchange: a smaller jump does not show.
    var width = Nanoseconds.zero
    /// When the first exchange ended since which all agreed with its band, and when the last of them began.
    var held: (from: Instant<Raw>, to: Instant<Raw>)?
  }

  /// Something local, which explains what exchanges of that time show.
  private struct Explained {
    var from = Instant<Raw>(nanoseconds: .max)
    var to = Instant<Raw>(nanoseconds: .min)
  }

  private var references: [Reference]
  /// A jump of one of them may wait.
  private var isWaiting = false
  /// The last stalls, in turn.
  private var stalls = InlineArray<16, Explained>(repeating: Explained())
  private var stallCount = 0
  /// When the kernel was last seen to insert or remove a leap second.
  private var leap: Instant<Raw>?
  private var steps = HeldWatch()
  private var lastStall = Instant<Raw>(nanoseconds: .min)

  /// A jump waits for the others no longer than this.
  static let patience = Nanoseconds.seconds(2)
  /// And for what the hypervisor says, no longer than the watch takes to ask it.
  static let hypervisorPatience = Watch.counterPeriod + .milliseconds(50)

  public init(references: Int) { self.references = Array(repeating: Reference(), count: references) }

  public mutating func place(_ index: Int, _ place: Place) { references[index].place = place }

  /// One more; its index is the next.
  public mutating func addReference() { references.append(Reference()) }

  // MARK: In

  /// What the guest's own clocks showed.
  /// - Returns: the same, with what exchanges showed of it before
  public mutating func add(local event: LocalEvent) -> LocalEvent {
    switch event.cause {
    case .guestStall:
      stalls[stallCount % 16] = Explained(from: event.from, to: event.to)
      stallCount += 1
      lastStall = max(lastStall, event.to)
    case .guestPause, .guestSuspend: return absorb(event)
    case .clockStep: steps.add(event)
    case .leapSecond:
      leap = event.to
      steps.add(event)
    default: break
    }
    return event
  }

  /// R stood still, which the next exchange shows as a jump: that is told once.
  private mutating func absorb(_ event: LocalEvent) -> LocalEvent {
    var event = event
    for index in references.indices {
      let jump = references[index].jump ?? references[index].jumps.take(isLasting: true)
      guard let jump, jump.size > .zero, jump.from <= event.to, event.from <= jump.to else {
        references[index].jump = jump
        isWaiting = isWaiting || jump != nil
        continue
      }
      references[index].jump = nil
      references[index].decided = jump
      guard event.cause == .guestPause else { continue }
      if event.size == nil || jump.error < event.error { (event.size, event.error) = (jump.size, jump.error) }
      event.evidence.jump = event.size
      event.evidence.jumped += 1
      event.from = max(event.from, jump.from)
      event.to = min(event.to, jump.to)
    }
    return event
  }

  /// The band of a reference was opened because of something local, or of a new clocksource: nothing is compared across that.
  public mutating func reopen(_ index: Int, _ tell: (LocalEvent) -> Void) {
    while let event = references[index].excursions.close() { tell(of(event, index)) }
    references[index].excursions.reopen()
    _ = references[index].jumps.take(isLasting: true)
    references[index].held = nil
  }

  /// - Parameter contradiction: the exchange and the band of those before have nothing in common
  @_optimize(speed)
  public mutating func add(
    _ index: Int, _ exchange: Exchange, _ passage: Passage, jump contradiction: BandJump?,
    _ tell: (LocalEvent) -> Void
  ) {
    if let event = references[index].replies.rest(exchange.query, sent: passage.from) {
      tell(of(event, index))
    }
    if let event = references[index].replies.add(exchange.server, passage) {
      references[index].changed = (event.from, event.to)
      tell(of(event, index))
    }
    guard !exchange.isTorn || contradiction != nil else { return }
    if contradiction != nil {
      while let event = references[index].excursions.close() { tell(of(event, index)) }
      references[index].excursions.reopen()
      references[index].held = nil
    } else {
      references[index].width = passage.width
      let agreed = references[index].held?.from ?? passage.to
      references[index].held = (agreed, passage.from)
      if !steps.isOver(passage.from) { steps.add(index, passage, agreed: agreed) }
      if let event = references[index].excursions.add(passage, explained: explained(passage)) {
        tell(of(event, index))
      }
    }
    if references[index].place == .thisProcess { return }
    if let jump = references[index].jumps.add(passage, contradiction) {
      if let old = references[index].jump, let event = decide(old, index) { tell(event) }
      references[index].jump = jump
      isWaiting = true
    }
    decideAll(passage.to, tell)
  }

  public mutating func add(_ index: Int, _ loss: Loss, _ tell: (LocalEvent) -> Void) {
    if let event = references[index].replies.add(loss) { tell(of(event, index)) }
    decideAll(loss.ended, tell)
  }

  /// What is still open.
  public mutating func finish(_ tell: (LocalEvent) -> Void) {
    for index in references.indices {
      while let event = references[index].excursions.close() { tell(of(event, index)) }
      if let event = references[index].replies.end() { tell(of(event, index)) }
      if let jump = references[index].jumps.take(isLasting: true), references[index].jump == nil {
        references[index].jump = jump
      }
    }
    for index in references.indices {
      if let jump = references[index].jump, let event = decide(jump, index) { tell(event) }
    }
  }

  private func of(_ event: LocalEvent, _ index: Int) -> LocalEvent {
    var event = event
    event.reference = index
    return event
  }

  /// The stages of which a stall of this process is known to be the reason.
  private func explained(_ passage: Passage) -> Stages {
    guard passage.from <= lastStall else { return [] }
    for index in 0..<16 where stalls[index].from <= passage.to && passage.from <= stalls[index].to {
      return stalls[index].to >= passage.arrived
        ? [Stages(.localReceive), Stages(.localTransmit)] : Stages(.localTransmit)
    }
    return []
  }

  /// How many references are shown not to have moved with a step of C.
  public func held(_ event: LocalEvent) -> UInt8 { steps.held(event) }

  // MARK: Jumps

  private mutating func decideAll(_ now: Instant<Raw>, _ tell: (LocalEvent) -> Void) {
    if isWaiting { decideWaiting(now, tell) }
  }

  @inline(never)
  private mutating func decideWaiting(_ now: Instant<Raw>, _ tell: (LocalEvent) -> Void) {
    isWaiting = false
    for index in references.indices {
      guard let jump = references[index].jump else { continue }
      let isTime = now - jump.to >= Self.patience
      var areAllHeard = true
      for other in references.indices where other != index && references[other].place == .elsewhere {
        let isHeard =
          references[other].jump != nil
          || !references[other].jumps.isPending && (references[other].held?.to ?? jump.from) > jump.to
        areAllHeard = areAllHeard && isHeard
      }
      isWaiting = true
      if couldPause(jump), now - jump.to < Self.hypervisorPatience { continue }
      if isTime || areAllHeard, let event = decide(jump, index) { tell(event) }
    }
  }

  /// A second, where the reference announced it or the kernel made one as well.
  private func isLeap(_ jump: Jump, _ index: Int) -> Bool {
    guard (jump.size.magnitude - .seconds(1)).magnitude <= jump.error + .milliseconds(1) else { return false }
    let isInserted = jump.size < .zero
    let isAnnounced = references[index].replies.announced == (isInserted ? 1 : 2)
    return isAnnounced || leap.map { (jump.to - $0).magnitude <= Self.patience } ?? false
  }

  private func couldPause(_ jump: Jump) -> Bool { jump.size > .zero && jump.isLasting }

  /// A pause of the guest takes time from R, so that every reference jumps up by the same; a step of S is of one
  /// reference alone. Of one reference both look alike. nil: it was told already, of another.
  private mutating func decide(_ jump: Jump, _ index: Int) -> LocalEvent? {
    references[index].jump = nil
    references[index].decided = jump
    var (alike, held): (UInt8, UInt8) = (0, 0)
    for other in references.indices where other != index && references[other].place == .elsewhere {
      if let told = references[other].decided, told.isLike(jump) { return nil }
      if let theirs = references[other].jump, theirs.isLike(jump) {
        alike += 1
      } else if let hold = references[other].held, hold.from <= jump.from, hold.to >= jump.to,
        jump.size.magnitude - jump.error > references[other].width.scaled(by: 2) + Usual.least
      {
        held += 1
      }
    }
    var event = LocalEvent(.reference, .indicated, from: jump.from, to: jump.to, known: jump.known)
    event.reference = index
    event.size = jump.size
    event.error = jump.error
    event.evidence.jump = jump.size
    event.evidence.isBend = jump.isBend
    event.evidence.jumped = alike
    event.evidence.held = held
    let isChanged = references[index].changed.map { $0.from <= jump.to && jump.from <= $0.to } ?? false
    let couldPause = couldPause(jump)
    if isLeap(jump, index) {
      event.cause = .leapSecond
      event.certainty = .proven
    } else if alike == 0 && held > 0 || isChanged {
      event.certainty = .proven
    } else if jump.isBend {
      // A rate changed, or the jump is no wider than what drift allows: nobody knows which.
      let isOwn = alike > 0 && held == 0
      event.cause = isOwn ? .clocksourceChange : .reference
      event.also = isOwn ? [.reference] : [.clocksourceChange]
      if couldPause { event.also.insert(.guestPause) }
      if isOwn { event.reference = nil }
    } else if alike > 0 && held == 0 && couldPause {
      event.cause = .guestPause
      event.certainty = .proven
      event.reference = nil
    } else if couldPause {
      // With one reference the two look alike; with several that disagree somebody else may lie.
      event.cause = held == 0 ? .guestPause : .reference
      event.also = held == 0 ? [.reference] : [.guestPause]
    }
    return event
  }
}

/// Bounds of g at an exchange's R4 that have nothing in common.
public struct BandJump: Sendable {
  public var before: (low: Nanoseconds, high: Nanoseconds)
  public var after: (low: Nanoseconds, high: Nanoseconds)
  /// A clock that drifts by 500 ppm at most fits both; only the rate before does not.
  public var isBend: Bool

  public init(
    before: (low: Nanoseconds, high: Nanoseconds), after: (low: Nanoseconds, high: Nanoseconds),
    isBend: Bool = false
  ) {
    self.before = before
    self.after = after
    self.isBend = isBend
  }
}
