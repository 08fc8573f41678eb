import Testing

@testable import Probe

@Suite struct OpenQueriesTests {
  private func query(_ number: UInt64, deadline: Int64) -> OpenQuery {
    OpenQuery(
      number: number, cookie: Scene.cookie(number), sent: Scene.reading(0), send: UInt32(number),
      deadline: Instant(nanoseconds: deadline), transmit: nil)
  }

  private func held(until: Int64) -> HeldReply {
    HeldReply(
      packet: NTPPacket.query(cookie: .zero), received: Scene.reading(0), stamp: nil,
      until: Instant(nanoseconds: until))
  }

  private mutating func taken(_ open: inout OpenQueries, _ now: Int64) -> [UInt64] {
    var numbers: [UInt64] = []
    while let query = open.takeEnded(Instant(nanoseconds: now)) { numbers.append(query.number) }
    return numbers
  }

  @Test mutating func nobodyEndsBeforeItsTime() {
    var open = OpenQueries(capacity: 4)
    for number: UInt64 in 1...3 { open.insert(query(number, deadline: Int64(number) * 100)) }
    #expect(taken(&open, 99) == [])
    #expect(taken(&open, 100) == [1])
    #expect(open.nextEnd == Instant(nanoseconds: 200))
    #expect(taken(&open, 300).sorted() == [2, 3])
    #expect(open.isEmpty)
    #expect(open.nextEnd == Instant(nanoseconds: .max))
  }

  /// A held reply ends its query when the wait for the stamp is over, or with the query if that is sooner.
  @Test mutating func aHeldReplyEndsSooner() {
    var open = OpenQueries(capacity: 4)
    open.insert(query(1, deadline: 1000))
    open.insert(query(2, deadline: 300))
    open.hold(held(until: 500), for: open.index(send: 1)!)
    open.hold(held(until: 500), for: open.index(send: 2)!)
    #expect(taken(&open, 299) == [])
    #expect(taken(&open, 300) == [2])
    #expect(taken(&open, 499) == [])
    #expect(taken(&open, 500) == [1])
  }

  @Test mutating func lookUpsFindWhatIsThereAndNothingElse() {
    var random = SeededGenerator(seed: 22)
    var open = OpenQueries(capacity: 4)
    var numbers: Set<UInt64> = []
    for number: UInt64 in 1...2000 {
      if numbers.isEmpty || random.next() % 2 == 0 {
        open.insert(query(number, deadline: Int64(number)))
        numbers.insert(number)
      } else {
        let gone = numbers.randomElement(using: &random)!
        #expect(open.remove(open.index(cookie: Scene.cookie(gone))!).number == gone)
        numbers.remove(gone)
        #expect(open.index(cookie: Scene.cookie(gone)) == nil)
        #expect(open.index(send: UInt32(gone)) == nil)
      }
      #expect(open.count == numbers.count)
      if let one = numbers.randomElement(using: &random) {
        #expect(open[open.index(cookie: Scene.cookie(one))!].number == one)
        #expect(open[open.index(send: UInt32(one))!].number == one)
      }
    }
    #expect(Set(taken(&open, .max)) == numbers)
  }

  @Test func theLast64CookiesAreRemembered() {
    var recent = RecentCookies()
    #expect(!recent.contains(.zero))
    for number: UInt64 in 1...200 {
      recent.insert(Scene.cookie(number))
      let oldest = number < 64 ? 1 : number - 63
      #expect(recent.contains(Scene.cookie(number)) && recent.contains(Scene.cookie(oldest)))
      #expect(!recent.contains(Scene.cookie(oldest - 1)) && !recent.contains(Scene.cookie(number + 1)))
    }
  }
}
