import Testing

@testable import Probe

/// When a query is due, and when there are no more.
@Suite struct QueryScheduleTests {
  private func at(_ raw: Int64) -> Instant<Raw> { Instant(nanoseconds: raw) }

  /// Runs without a reply, each wake-up `late` after its time; the departures in ns.
  private func departures(_ query: inout Query, late: Int64 = 0, limit: Int = 1000) -> [Int64] {
    var now: Int64 = 0
    var all: [Int64] = []
    for _ in 0..<5000 where all.count < limit {
      while query.expire(at(now)) != nil {}
      switch query.next(at(now)) {
      case .send:
        all.append(now)
        query.send(UInt64(all.count), now)
      case .wait(let until): now = max(now, until.nanoseconds + late)
      case .finished: return all
      }
    }
    return all
  }

  @Test func theCountEndsIt() {
    var query = Query.scene(count: 5)
    #expect(departures(&query) == [0, ms(8), ms(16), ms(24), ms(32)])
    #expect(query.sent == 5 && query.isQuiet)
  }

  /// From the first query on, its end not included: 2 s at 8 ms are 250.
  @Test func theDurationEndsIt() {
    var query = Query.scene(count: nil, duration: .seconds(2))
    #expect(departures(&query) == (0..<250).map { ms(8 * $0) })
  }

  @Test func whicheverComesFirst() {
    var query = Query.scene(count: 3, duration: .seconds(2))
    #expect(departures(&query).count == 3)
    query = Query.scene(count: 500, duration: .milliseconds(16))
    #expect(departures(&query).count == 2)
  }

  /// A wake-up that is always late costs no query and shifts none by more than itself.
  @Test func latenessDoesNotAddUp() {
    var query = Query.scene(count: nil, duration: .seconds(2))
    let all = departures(&query, late: us(70))
    #expect(all.count == 250)
    for (index, departure) in all.enumerated() {
      #expect((0...us(70)).contains(departure - ms(8) * Int64(index)))
    }
  }

  @Test func aFartherReferenceGetsAFewQueriesAtOneASecond() {
    var query = Query.scene(count: nil, slowCount: 8, duration: .seconds(2), scope: .public)
    #expect(departures(&query) == (0..<8).map { ms(1000 * $0) })
    query = Query.scene(count: 20, duration: .seconds(4), scope: .public)
    #expect(departures(&query).count == 4)
  }

  /// After a pause of `late` periods: up to 16 are caught up with, beyond that the schedule begins anew.
  @Test(arguments: [(1, 2), (15, 16), (16, 17), (18, 1), (1000, 1)] as [(Int64, Int)])
  func catchingUpIsBounded(_ late: Int64, _ atOnce: Int) {
    var query = Query.scene(count: nil)
    query.send(1, 0)
    let now = ms(8) * (late + 1)
    var burst = 0
    while query.next(at(now)) == .send {
      query.send(UInt64(burst + 2), now)
      burst += 1
    }
    #expect(burst == atOnce)
    #expect(query.sent == UInt64(1 + burst))
  }

  /// One a second is a promise to the reference: a pause of this guest is no reason to break it.
  @Test(arguments: [0, 1, 500, 999, 1000, 2500, 10_000, 60_000] as [Int64])
  func queriesAtOneASecondAreNeverCaughtUpWith(_ late: Int64) {
    var query = Query.scene(count: nil, scope: .public)
    query.send(1, 0)
    let now = ms(1000 + late)
    #expect(query.next(at(now)) == .send)
    query.send(2, now)
    while query.expire(at(now)) != nil {}
    #expect(query.next(at(now + ms(1000) - 1)) != .send)
    #expect(query.next(at(now + ms(1000))) == .send)
  }

  @Test func stopSendsNoMoreAndWaitsForWhatIsOpen() {
    var query = Query.scene()
    query.send(1, 0)
    query.stop()
    #expect(query.next(at(ms(8))) == .wait(until: at(ms(100))))
    #expect(query.expire(at(ms(100)))?.query == 1)
    #expect(query.next(at(ms(100))) == .finished)
  }

  @Test func waitsForTheNextQueryOrTheNextEnd() {
    var query = Query.scene(timeout: .milliseconds(5))
    #expect(query.next(at(-1)) == .wait(until: at(0)))
    query.send(1, 0)
    #expect(query.next(at(ms(1))) == .wait(until: at(ms(5))))
    #expect(query.expire(at(ms(5))) != nil)
    #expect(query.next(at(ms(5))) == .wait(until: at(ms(8))))
  }
}
