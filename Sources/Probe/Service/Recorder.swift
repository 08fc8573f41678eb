/// Takes what a measurement yields, as it yields it.
protocol Recorder: AnyObject {
  func sample(_ finding: Finding, _ target: Target)
  func loss(_ loss: Loss, _ target: Target)
  func event(_ event: LocalEvent)
  /// - Parameter reading: of the clocks, not long after its end
  func window(_ window: WindowReport, _ target: Target, _ reading: LocalReading)
  /// What is recorded from here on reaches nobody.
  var hasFailed: Bool { get }
  /// The measuring thread has nothing to do before `wake`.
  func idle(_ now: Instant<Raw>, until wake: Instant<Raw>)
}

/// An exchange and what it was found to prove.
struct Finding {
  var exchange: Exchange
  var bound: Bound
  /// S - C at R4.
  var proven: ProvenOffset
  /// Why the band began anew with this exchange, if it did.
  var reset: Band.Reason?
  /// For the causes.
  var passage: Passage?
  var jump: BandJump?
  /// The legs outside this guest and the server, by the theta of other exchanges.
  var out: Nanoseconds?
  var back: Nanoseconds?
  /// How far C may have gone unseen since the sample before.
  var unseen: Unseen?
}

extension Sample {
  @inline(__always)
  init(_ header: Header, _ finding: Finding) {
    self.init(
      header: header, exchange: finding.exchange, boundSource: finding.proven.source,
      boundLow: finding.proven.low, boundHigh: finding.proven.high, out: finding.out, back: finding.back,
      unseen: finding.unseen, terms: finding.bound.terms, reset: finding.reset)
  }
}

/// One query's end, for whoever wants to look on.
public enum QueryNote: Sendable {
  case sample(String, Exchange)
  case loss(String, Loss)
  case event(LocalEvent)
}
