import Testing

@testable import Probe

@Suite("Whether a slew leads toward the reference")
struct CourseTests {
  private func course(_ low: Int64, _ high: Int64, gains ppm: Int64 = 0, error: Int64 = 0) -> Course {
    Course(
      low: Nanoseconds(low), high: Nanoseconds(high), rate: .partsPerMillion(ppm),
      error: .partsPerMillion(error))
  }

  private func toward(_ course: Course, _ ppm: Int64) -> Bool? { course.leadsToward(.partsPerMillion(ppm)) }

  @Test func behindAndFaster() {
    // Positive = C is behind: it comes nearer where it runs faster than S.
    #expect(toward(course(1_000_000, 1_200_000), 20) == true)
    #expect(toward(course(1_000_000, 1_200_000), -20) == false)
    #expect(toward(course(-1_200_000, -1_000_000), 20) == false)
    #expect(toward(course(-1_200_000, -1_000_000), -20) == true)
  }

  @Test func whatCountsIsTheDifferenceOfTheRates() {
    #expect(toward(course(1_000_000, 1_200_000, gains: 30), 20) == false)
    #expect(toward(course(1_000_000, 1_200_000, gains: 30), 40) == true)
    // It keeps its distance.
    #expect(toward(course(1_000_000, 1_200_000, gains: 30), 30) == nil)
  }

  @Test func notKnownWellEnough() {
    #expect(toward(course(1_000_000, 1_200_000, error: 50), 40) == nil)
    #expect(toward(course(1_000_000, 1_200_000, error: 50), 60) == true)
  }

  @Test func onWhicheverSideItIs() {
    // 100 us of bounds are left within a second at 200 ppm.
    #expect(toward(course(-50_000, 50_000), 200) == false)
    #expect(toward(course(-50_000, 50_000), -200) == false)
    #expect(toward(course(-50_000, 50_000), 20) == nil)
  }

  @Test func referencesThatDisagree() {
    let known = LocalReading(
      rawBefore: Instant(nanoseconds: 0), realtime: Instant(nanoseconds: 0),
      monotonic: Instant(nanoseconds: 0),
      rawAfter: Instant(nanoseconds: 100))
    var slew = LocalEvent(.clockSlew, .proven, from: known.rawBefore, to: known.rawAfter, known: known)
    slew.evidence.rate = .partsPerMillion(20)
    let (near, far) = (course(1_000_000, 1_200_000), course(-1_200_000, -1_000_000))
    slew.look(at: [near, course(-50_000, 50_000)])
    #expect(slew.evidence.isToward == true)
    var other = LocalEvent(.clockSlew, .proven, from: known.rawBefore, to: known.rawAfter, known: known)
    other.evidence.rate = .partsPerMillion(20)
    other.look(at: [near, far])
    #expect(other.evidence.isToward == nil)
    var step = LocalEvent(.clockStep, .proven, from: known.rawBefore, to: known.rawAfter, known: known)
    step.look(at: [near])
    #expect(step.evidence.isToward == nil)
  }
}
