import Testing

@testable import Probe

/// How narrow the band is, and how good the best estimate, on a path with a floor of 200 us both ways together,
/// exponential queueing of 100 us in the mean each way, 16 queries/s.
@Suite struct BandWidthTests {
  static let interval: Int64 = 62_500_000

  struct Run {
    /// Half the band's width in ns at 10 s and at 300 s.
    var early = 0.0
    var late = 0.0
    /// Squares of errors from 10 s on, and how many there were.
    var best = 0.0
    var filter = 0.0
    var count = 0.0
  }

  static func run(_ seed: UInt64, wander: Double, pace: Double) -> Run {
    var world = PathWorld(seed: seed, seconds: 302, wander: wander, pace: pace)
    var (band, line, run) = (Band(), BestLine(span: Nanoseconds(interval)), Run())
    var register: [(delay: Nanoseconds, error: Double)] = []
    for index in 0...(300 * 16 as Int64) {
      let exchange = world.exchange(index * interval)
      let bound = Bound(exchange)
      #expect(band.add(bound) == true)
      let truth = Scene.epoch + world.drift(band.at.nanoseconds)
      #expect(band.low.count <= truth && truth <= band.high.count)
      line.add(exchange)
      // RFC 5905 section 10: of the last 8 the one of least delay; against the truth in its own middle.
      let middle = (exchange.departed.nanoseconds + exchange.arrived.nanoseconds) / 2
      register.append((exchange.delay, Double(exchange.offset.count - world.drift(middle))))
      if register.count > 8 { register.removeFirst() }
      let half = Double((band.high - band.low).count) / 2
      if index == 160 { run.early = half }
      if index == 4800 { run.late = half }
      guard index >= 160, index % 4 == 0, let best = line.value(at: band.at),
        let filtered = register.min(by: { $0.delay < $1.delay })
      else { continue }
      let held = max(band.low, min(band.high, best))
      let error = Double(held.count - truth)
      run.best += error * error
      run.filter += filtered.error * filtered.error
      run.count += 1
    }
    return run
  }

  /// The rate is constant, or wanders from wall to wall of the tolerance: slowly, then within some seconds. No line
  /// follows the last, and the estimate is held by the band alone: its error is printed and not judged.
  @Test(arguments: [(0.0, 0.0), (1.0, 0.02), (1.0, 0.2)])
  func theNumbers(_ wander: Double, _ pace: Double) {
    let runs = (0..<24).map { Self.run(UInt64($0), wander: wander, pace: pace) }
    let floor = 200_000.0
    let early = runs.map(\.early).sorted()[12] / floor
    let late = runs.map(\.late).sorted()[12] / floor
    let count = runs.reduce(0) { $0 + $1.count }
    let best = (runs.reduce(0) { $0 + $1.best } / count).squareRoot()
    let filter = (runs.reduce(0) { $0 + $1.filter } / count).squareRoot()
    print(
      "wander \(wander) ppm, \(pace) ppm/s: half-width \(early) of the floor at 10 s, \(late) at 300 s;"
        + " best \(best) ns RMS, filter \(filter) ns: \(best / filter)")
    #expect(early <= 0.60)
    #expect(late <= 0.55)
    if pace < 0.1 { #expect(best <= 0.2 * filter) }
  }
}
