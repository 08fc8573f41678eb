/// Evidence to cause, for all references together (DESIGN section 3). No clock, no I/O.
public struct CauseWatch: Sendable {
  private struct Reference {
    var excursions = ExcursionWatch()
    var jumps = JumpWatch()
    var replies = ReplyWatch()
    /// A jump that waits for what the others say.
    var jump: Jump?
    /// The last that was told.
    var decided: Jump?
    /// Its fields changed last between these.
    var changed: (from: Instant<Raw>, to: Instant<Raw>)?
    /// When its last exchange ended that agreed with its band, and since when all did.
    var held: (from: Instant<Raw>, to: Instant<Raw>)?

    /// Nearly every exchange: nothing is open, and nothing is out of the rule. False: it is to be looked at.
    @inline(__always)
    mutating func takesOrdinary(_ server: ServerState, _ passage: Passage) -> Bool {
      guard replies.isAsBefore(server), !jumps.isPending, excursions.takesOrdinary(passage) else {
        return false
      }
      replies.follow(server, passage)
      jumps.last = passage.to
      held = (held?.from ?? passage.from, passage.to)
      return true
    }
  }

  /// Something local, which explains what exchanges of that time show.
  private struct Explained {
    var from = Instant<Raw>(nanoseconds: .max)
    var to = Instant<Raw>(nanoseconds: .min)
  }

  private var references: [Reference]
  /// The last stalls, in turn.
  private var stalls = InlineArray<16, Explained>(repeating: Explained())
  private var stallCount = 0
  /// A jump waits for what other references say.
  private var isWaiting = false

  /// A jump waits for the others no longer than this.
  static let patience = Nanoseconds.seconds(2)

  public init(references: Int) { self.references = Array(repeating: Reference(), count: references) }

  /// One more; its index is the next.
  public mutating func addReference() { references.append(Reference()) }

  // MARK: In

  /// What the guest's own clocks showed.
  public mutating func add(local event: LocalEvent) {
    guard event.cause == .guestStall else { return }
    stalls[stallCount % 16] = Explained(from: event.from, to: event.to)
    stallCount += 1
  }

  /// The band of a reference was opened because of something local, or of a new clocksource: nothing is compared across that.
  public mutating func reopen(_ index: Int, _ tell: (LocalEvent) -> Void) {
    if let event = references[index].excursions.close() { tell(of(event, index)) }
    references[index].excursions.reopen()
    _ = references[index].jumps.take(isLasting: true)
    references[index].held = nil
  }

  /// - Parameter contradiction: the exchange and the band of those before have nothing in common
  @_optimize(speed)
  @inline(__always)
  public mutating func add(
    _ index: Int, _ exchange: Exchange, _ passage: Passage, jump contradiction: BandJump?,
    _ tell: (LocalEvent) -> Void
  ) {
    if contradiction == nil, !isWaiting, !exchange.isTorn,
      references[index].takesOrdinary(exchange.server, passage)
    {
      return
    }
    look(index, exchange, passage, jump: contradiction, tell)
  }

  @inline(never)
  private mutating func look(
    _ index: Int, _ exchange: Exchange, _ passage: Passage, jump contradiction: BandJump?,
    _ tell: (LocalEvent) -> Void
  ) {
    if references[index].replies.isAsBefore(exchange.server) {
      references[index].replies.follow(exchange.server, passage)
    } else {
      if let event = references[index].replies.end() { tell(of(event, index)) }
      if let event = references[index].replies.add(exchange.server, passage) {
        references[index].changed = (event.from, event.to)
        tell(of(event, index))
      }
    }
    guard !exchange.isTorn else { return }
    if contradiction != nil {
      if let event = references[index].excursions.close() { tell(of(event, index)) }
      references[index].excursions.reopen()
      references[index].held = nil
    } else {
      references[index].held = (references[index].held?.from ?? passage.from, passage.to)
      if let event = references[index].excursions.add(passage, explained: explained(passage)) {
        tell(of(event, index))
      }
    }
    if contradiction == nil, !references[index].jumps.isPending {
      references[index].jumps.last = passage.to
    } else if let jump = references[index].jumps.add(passage, contradiction) {
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
      if let event = references[index].excursions.close() { tell(of(event, index)) }
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
    for index in 0..<16 where stalls[index].from <= passage.to && passage.from <= stalls[index].to {
      return stalls[index].to >= passage.arrived
        ? [Stages(.localReceive), Stages(.localTransmit)] : Stages(.localTransmit)
    }
    return []
  }

  // MARK: Jumps

  private mutating func decideAll(_ now: Instant<Raw>, _ tell: (LocalEvent) -> Void) {
    guard isWaiting else { return }
    for index in references.indices {
      guard let jump = references[index].jump else { continue }
      let isTime = now - jump.to >= Self.patience
      var areAllHeard = true
      for other in references.indices where other != index {
        let isHeard =
          references[other].jump != nil
          || !references[other].jumps.isPending && (references[other].held?.to ?? jump.from) > jump.to
        areAllHeard = areAllHeard && isHeard
      }
      if isTime || areAllHeard, let event = decide(jump, index) { tell(event) }
    }
    isWaiting = references.contains { $0.jump != nil }
  }

  /// A pause of the guest takes time from R, so that every reference jumps up by the same; a step of S is of one
  /// reference alone. Of one reference both look alike. nil: it was told already, of another.
  private mutating func decide(_ jump: Jump, _ index: Int) -> LocalEvent? {
    references[index].jump = nil
    references[index].decided = jump
    var (alike, held): (UInt8, UInt8) = (0, 0)
    for other in references.indices where other != index {
      if let told = references[other].decided, told.isLike(jump) { return nil }
      if let theirs = references[other].jump, theirs.isLike(jump) {
        alike += 1
      } else if let hold = references[other].held, hold.from <= jump.from, hold.to >= jump.to {
        held += 1
      }
    }
    var event = LocalEvent(.reference, .indicated, from: jump.from, to: jump.to, known: jump.known)
    event.reference = index
    event.size = jump.size
    event.error = jump.error
    event.evidence.jump = jump.size
    event.evidence.jumped = alike
    event.evidence.held = held
    let isChanged = references[index].changed.map { $0.from <= jump.to && jump.from <= $0.to } ?? false
    let couldPause = jump.size > .zero && jump.isLasting
    if alike == 0 && held > 0 || isChanged {
      event.certainty = .proven
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

  public init(
    before: (low: Nanoseconds, high: Nanoseconds), after: (low: Nanoseconds, high: Nanoseconds)
  ) {
    self.before = before
    self.after = after
  }
}
