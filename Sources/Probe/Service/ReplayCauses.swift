/// The causes of one time line: of a run of our own, or of all logs of one kind, whose R is C.
struct ReplayCauses {
  let run: Int?
  let format: RecordedFormat
  private var watch = CauseWatch(references: 0)
  /// Of the references of this time line, their places among all.
  private var tracks: [Int] = []

  init(run: Int?, format: RecordedFormat) {
    self.run = run
    self.format = format
  }

  func has(_ track: ReplayTrack) -> Bool { track.run == run && track.format == format }

  /// - Returns: the same, with what exchanges showed of it before
  mutating func add(local event: LocalEvent) -> LocalEvent { watch.add(local: event) }

  /// How many references did not move with a step of C.
  func held(_ event: LocalEvent) -> UInt8 { format == .timeprobe ? watch.held(event) : 0 }

  mutating func reopen(_ track: Int, _ tell: (LocalEvent) -> Void) {
    let place = place(track)
    watch.reopen(place) { [tracks, format] in tell(Self.told($0, tracks, format)) }
  }

  @_optimize(speed)
  mutating func add(_ track: Int, _ finding: Finding, _ tell: (LocalEvent) -> Void) {
    guard let passage = finding.passage else { return }
    let place = place(track)
    watch.add(place, finding.exchange, passage, jump: finding.jump) { [tracks, format] in
      tell(Self.told($0, tracks, format))
    }
  }

  mutating func add(_ track: Int, _ loss: Loss, _ tell: (LocalEvent) -> Void) {
    let place = place(track)
    watch.add(place, loss) { [tracks, format] in tell(Self.told($0, tracks, format)) }
  }

  mutating func finish(_ tell: (LocalEvent) -> Void) {
    watch.finish { [tracks, format] in tell(Self.told($0, tracks, format)) }
  }

  private mutating func place(_ track: Int) -> Int {
    if let place = tracks.firstIndex(of: track) { return place }
    tracks.append(track)
    watch.addReference()
    return tracks.count - 1
  }

  private static func told(_ event: LocalEvent, _ tracks: [Int], _ format: RecordedFormat) -> LocalEvent {
    var event = event
    if let place = event.reference, place < tracks.count { event.reference = tracks[place] }
    if format != .timeprobe { event.rest(onClockUnderTest: ()) }
    return event
  }
}

extension LocalEvent {
  /// It was told by exchanges alone.
  var isOfNetwork: Bool {
    switch cause {
    case .localTransmit, .localReceive, .pathOut, .pathBack, .pathBoth, .routeChange, .reference, .loss,
      .rateLimited, .rejected:
      true
    // The hypervisor's word is the guest's own, whatever exchanges showed besides.
    case .guestPause, .clocksourceChange, .leapSecond:
      evidence.jump != nil && !evidence.isVmclock && !evidence.isStopped
    default: false
    }
  }

  /// R is the clock under test: what looks like a jump of the reference, or a pause, may have been that clock. Nothing
  /// that needs an R of its own is proven.
  fileprivate mutating func rest(onClockUnderTest: Void) {
    guard
      evidence.jump != nil || cause == .guestPause || cause == .pathOut || cause == .pathBack
        || cause == .pathBoth || cause == .localTransmit || cause == .localReceive
    else { return }
    certainty = .indicated
    guard evidence.jump != nil else { return }
    for other: Cause in [.clockStep, .clockSlew, .guestPause, .guestSuspend, .reference] where other != cause
    {
      also.insert(other)
    }
  }
}
