import Foundation
import Testing

@testable import Probe

/// The writer's thread without a thread: a ring, a folder in memory, far sides under control.
final class FeederBench {
  let fake = FakeWorld()
  let ring = Ring(capacity: 1 << 20)
  let notices = DropNotices()
  var source = RecordSource()
  var store: MemoryStore?
  var feeder: Feeder
  var drops: [StreamDrop] = []

  init(
    _ plans: [StreamPlan], store: MemoryStore? = MemoryStore(), limits: SpoolLimits = SpoolLimits(),
    source: RecordSource = RecordSource()
  ) {
    self.store = store
    self.source = source
    feeder = Feeder(
      plans, ring: ring, notices: notices, world: fake.world, run: source.run, store: store, limits: limits)
  }

  func push(_ line: [UInt8]) { precondition(ring.take(line)) }

  func step(after length: Nanoseconds = .zero, isLast: Bool = false) {
    fake.time = fake.time + length
    feeder.step(isLast: isLast)
    while let drop = notices.pop() { drops.append(drop) }
  }

  static func plan(
    _ destination: Destination = .tcp(host: Array("collector".utf8), port: 9000),
    _ format: StreamFormat = .jsonl, _ kinds: RecordKinds = .all
  ) -> StreamPlan {
    var name: [UInt8] = []
    destination.append(to: &name)
    var plan = StreamPlan(name: name, format: format, destination: destination)
    plan.kinds = kinds
    return plan
  }
}

@Suite("Feeder")
struct FeederTests {
  private func numbers(_ bytes: [UInt8]) -> [UInt64] { sequence(bytes).compactMap { $0 } }

  @Test func everyStreamGetsWhatItWants() throws {
    let folder = try ScratchFolder()
    let file = folder.path + "/all.jsonl"
    let metrics = folder.path + "/timeprobe.prom"
    let bench = FeederBench([
      FeederBench.plan(.file(path: Array(file.utf8))), FeederBench.plan(),
      FeederBench.plan(.udp(host: Array("influx".utf8), port: 8089), .influx, [.windows, .events]),
      FeederBench.plan(.file(path: Array(metrics.utf8)), .prometheus),
      FeederBench.plan(.unixgram(path: Array("/dev/log".utf8)), .syslog, .events),
    ])
    bench.push(bench.source.line("hello", #","version":"0.1.0""#))
    for _ in 0..<10 {
      bench.push(bench.source.sample())
      bench.push(bench.source.window())
    }
    bench.push(bench.source.event())
    bench.step()
    #expect(numbers(try Array(Data(contentsOf: URL(fileURLWithPath: file)))) == Array(1...22))
    #expect(bench.fake.sockets.count == 3)
    #expect(numbers(bench.fake.sockets[0].bytes) == Array(1...22))
    let influx = String(decoding: bench.fake.sockets[1].bytes, as: UTF8.self).split(separator: "\n")
    #expect(influx.count == 12 && influx.allSatisfy { InfluxPoint(String($0)) != nil })
    let text = try String(contentsOfFile: metrics, encoding: .utf8)
    #expect(text.contains(#"timeprobe_events_total{probe="vm7",cause="clock-step",certainty="proven"} 1"#))
    let syslog = bench.fake.sockets[2].sends.map { String(decoding: $0, as: UTF8.self) }
    #expect(syslog.count == 2 && syslog[0].hasPrefix("<30>1 ") && syslog[1].hasPrefix("<28>1 "))
    #expect(bench.drops.isEmpty && bench.feeder.status().allSatisfy { $0.lag == 0 && $0.dropped == 0 })
    bench.step(after: .seconds(2))
    #expect(numbers(bench.store?.segments ?? []) == Array(1...22))
  }

  /// What an outlet has no room for at once goes out before anybody sleeps.
  @Test func aFullOutletDoesNotWaitForTheNextLine() throws {
    let folder = try ScratchFolder()
    let file = folder.path + "/all.jsonl"
    let bench = FeederBench([FeederBench.plan(.file(path: Array(file.utf8)))])
    for _ in 0..<1500 { bench.push(bench.source.sample()) }
    var steps = 0
    repeat {
      bench.step()
      steps += 1
    } while steps < 100 && bench.feeder.waits().until.map { $0 <= bench.fake.time } ?? false
    #expect(numbers(try Array(Data(contentsOf: URL(fileURLWithPath: file)))) == Array(1...1500))
    #expect(steps > 1 && steps < 100)
  }

  @Test func octetCounting() {
    let bench = FeederBench([FeederBench.plan(.tcp(host: [49], port: 514), .syslog, .events)])
    for _ in 0..<3 { bench.push(bench.source.event()) }
    bench.step()
    var rest = bench.fake.socket.bytes[...]
    for _ in 0..<3 {
      let length = Int(String(decoding: rest.prefix { $0 != 32 }, as: UTF8.self)) ?? 0
      rest = rest.drop { $0 != 32 }.dropFirst()
      #expect(rest.prefix(3).elementsEqual("<28".utf8) && rest.count >= length)
      rest = rest.dropFirst(length)
    }
    #expect(rest.isEmpty)
  }

  /// The collector comes and goes at random; each connection gives what its kernel had acknowledged or not. What it has got
  /// in all is what was sent, some of it twice.
  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8]) func nothingIsLostOnTheWay(_ seed: UInt64) {
    var random = SplitMix(seed: seed)
    let isUnix = seed % 2 == 0
    let bench = FeederBench([
      FeederBench.plan(isUnix ? .unix(path: [47]) : .tcp(host: Array("c".utf8), port: 9))
    ])
    bench.fake.prepare = { $0.counts = true }
    var received: [UInt64] = []
    var open: FakeSocket?
    // Of this connection: what the far side's kernel has, and what its program has read.
    var (known, read) = (0, 0)
    for _ in 0..<150 {
      for _ in 0..<Int.random(in: 0...20, using: &random) { bench.push(bench.source.sample(padding: 500)) }
      bench.step(after: .milliseconds(Int64.random(in: 0...400, using: &random)))
      if bench.fake.sockets.last !== open {
        open = bench.fake.sockets.last
        (known, read) = (0, 0)
      }
      guard let socket = open else { continue }
      let sent = socket.total
      known = Int.random(in: max(known, sent - 3000)...sent, using: &random)
      read = Int.random(in: max(read, known - 65536)...known, using: &random)
      if isUnix { (known, read) = (sent, Bool.random(using: &random) ? sent : read) }
      socket.unacknowledged = isUnix ? sent - read : sent - known
      socket.window = 65536
      guard Int.random(in: 0..<15, using: &random) == 0 else { continue }
      received += numbers(Array(socket.bytes.prefix(read).reversed().drop { $0 != 10 }.reversed()))
      // It may have read what our kernel does not know of yet.
      socket.failures = [SystemError.connectionReset]
      bench.push(bench.source.sample())
      bench.step()
      open = nil
      bench.fake.refusal = Bool.random(using: &random) ? SystemError.connectionRefused : nil
      if Int.random(in: 0..<3, using: &random) == 0 { bench.fake.refusal = nil }
    }
    bench.fake.refusal = nil
    for _ in 0..<200 {
      bench.step(after: .seconds(1))
      bench.fake.sockets.last?.unacknowledged = 0
    }
    received += numbers(bench.fake.socket.bytes)
    #expect(Set(received) == Set(1...bench.source.seq))
    #expect(bench.drops.isEmpty && bench.feeder.status()[0].lag == 0)
    #expect(bench.fake.sockets.count > 2)
  }

  /// More than the spool holds goes, the oldest first, and what the stream would have had is named.
  @Test(arguments: [true, false]) func whatTheSpoolCannotHoldIsNamed(_ isOnDisk: Bool) {
    var limits = SpoolLimits(size: 200_000)
    limits.memory = 100_000
    let bench = FeederBench(
      [FeederBench.plan(.tcp(host: [49], port: 9), .jsonl, .windows)], store: isOnDisk ? MemoryStore() : nil,
      limits: limits)
    bench.fake.refusal = SystemError.connectionRefused
    bench.fake.random = .max
    for _ in 0..<300 {
      for _ in 0..<5 {
        bench.push(bench.source.window(padding: 100))
        bench.push(bench.source.sample(padding: 100))
      }
      bench.step(after: .milliseconds(200))
    }
    bench.fake.refusal = nil
    for _ in 0..<100 { bench.step(after: .seconds(1)) }
    let received = numbers(bench.fake.socket.bytes)
    let wanted = Set((0..<1500).map { UInt64(2 * $0 + 1) })
    let missing = wanted.subtracting(received)
    #expect(missing.count > 500 && Set(received).isSubset(of: wanted) && received.last == 2999)
    #expect(bench.drops.map(\.count).reduce(0, +) == UInt64(missing.count))
    for drop in bench.drops {
      #expect(drop.stream == 0 && drop.run == nil && drop.reason == (isOnDisk ? .spool : .memory))
    }
    for number in missing { #expect(bench.drops.contains { $0.from <= number && number <= $0.to }) }
    #expect(bench.feeder.status()[0].dropped == UInt64(missing.count))
  }

  /// Killed and started again: the stream goes on where it was, and the run before is known.
  @Test func aRestartGoesOnWhereItWas() {
    let store = MemoryStore()
    let first = FeederBench([FeederBench.plan(.unix(path: [47]))], store: store)
    for _ in 0..<50 { first.push(first.source.window()) }
    first.step()
    first.step(after: .seconds(2))
    #expect(numbers(first.fake.socket.bytes) == Array(1...50))
    first.fake.refusal = SystemError.connectionRefused
    first.fake.socket.failures = [SystemError.brokenPipe]
    for _ in 0..<50 { first.push(first.source.window()) }
    first.step(after: .seconds(2))
    first.step(after: .seconds(2))
    // kill -9 here.
    let second = FeederBench(
      [FeederBench.plan(.unix(path: [47]))], store: store, source: RecordSource(run: RunName(high: 7, low: 7))
    )
    #expect(second.feeder.spool.found.run == first.source.run && second.feeder.spool.found.seq == 100)
    second.push(second.source.line("hello"))
    second.step()
    #expect(numbers(second.fake.socket.bytes) == Array(51...100) + [1])
    #expect(second.drops.isEmpty)
  }

  /// The flight recorder: all samples from before to after an event, once each, and nothing of the time between.
  @Test func aroundEvents() {
    var plan = FeederBench.plan(.tcp(host: [49], port: 9), .jsonl, [.windows, .events])
    plan.around = .seconds(5)
    let bench = FeederBench([plan])
    // One record each 100 ms of R.
    for number in 1...1000 {
      switch number {
      case 300, 320, 700: bench.push(bench.source.event())
      case _ where number % 50 == 0: bench.push(bench.source.window())
      default: bench.push(bench.source.sample())
      }
      if number % 7 == 0 { bench.step(after: .milliseconds(700)) }
    }
    bench.step()
    let received = numbers(bench.fake.socket.bytes)
    let windows = stride(from: UInt64(50), through: 1000, by: 50)
    let expected = Set(windows).union(250...370).union(650...750)
    #expect(Set(received) == expected && received.count == expected.count && bench.drops.isEmpty)
  }

  @Test func heldSamplesThatHadToGoAreNamed() {
    var plan = FeederBench.plan(.tcp(host: [49], port: 9), .jsonl, .events)
    plan.around = .seconds(60)
    let bench = FeederBench([plan])
    for number in 1...600 {
      bench.push(number == 600 ? bench.source.event() : bench.source.sample(padding: 300))
      if number % 10 == 0 { bench.step(after: .seconds(1)) }
    }
    bench.step(after: .seconds(2))
    bench.step(after: .seconds(2))
    let received = numbers(bench.fake.socket.bytes)
    let drop = bench.drops.first
    #expect(bench.drops.count == 1 && drop?.reason == .held && drop?.from == 1)
    #expect(drop.map { $0.to + 1 } == received.first && received == Array((received.first ?? 0)...600))
  }

  /// Around an event after a lost connection: the samples before it are had from the spool again.
  @Test func aroundSurvivesALostConnection() {
    var plan = FeederBench.plan(.unix(path: [47]), .jsonl, .events)
    plan.around = .seconds(5)
    let bench = FeederBench([plan])
    for _ in 1...100 { bench.push(bench.source.sample()) }
    bench.step()
    bench.fake.socket.ending = 0
    bench.step()
    for _ in 1...10 { bench.push(bench.source.sample()) }
    bench.push(bench.source.event())
    bench.step(after: .seconds(1))
    bench.step(after: .seconds(1))
    #expect(numbers(bench.fake.socket.bytes) == Array(61...111))
  }

  /// The spool's disk is full: streams go on, and what never got to disk is named.
  @Test func fullSpool() throws {
    let folder = try ScratchFolder()
    let file = folder.path + "/a.jsonl"
    var limits = SpoolLimits()
    limits.memory = 50_000
    let store = MemoryStore()
    store.room = 3333
    let bench = FeederBench([FeederBench.plan(.file(path: Array(file.utf8)))], store: store, limits: limits)
    for _ in 0..<200 {
      for _ in 0..<10 { bench.push(bench.source.window()) }
      bench.step(after: .seconds(1))
    }
    #expect(numbers(try Array(Data(contentsOf: URL(fileURLWithPath: file)))) == Array(1...2000))
    #expect(bench.feeder.spool.failure?.code == SystemError.noSpace)
    store.room = .max
    bench.step(after: .seconds(5))
    bench.step(after: .seconds(5))
    #expect(bench.drops.allSatisfy { $0.stream == nil && $0.reason == .memory })
    let kept = Set(numbers(store.lines))
    let missing = Set(UInt64(1)...2000).subtracting(kept)
    #expect(bench.drops.map(\.count).reduce(0, +) == UInt64(missing.count) && missing.count > 1000)
  }

  /// Between two records there is nothing to do but what is due.
  @Test func waitsAsLongAsItCan() {
    let bench = FeederBench([FeederBench.plan(.unix(path: [47]))])
    bench.step()
    #expect(bench.feeder.waits().until == nil)
    bench.push(bench.source.window())
    bench.step()
    bench.step(after: .seconds(1))
    bench.step(after: .seconds(1))
    #expect(bench.feeder.waits().until == nil && bench.feeder.waits().entries.count == 1)
    bench.fake.socket.ending = 0
    bench.fake.refusal = SystemError.connectionRefused
    bench.fake.random = .max
    bench.step()
    bench.step(after: .seconds(1))
    let until = bench.feeder.waits().until
    #expect(until.map { $0 > bench.fake.time } == true)
  }

  /// Minutes of a busy service with simulated time: memory is bounded by what the parts hold.
  @Test func bounded() {
    let bench = FeederBench(
      [FeederBench.plan(), FeederBench.plan(.udp(host: [49], port: 9), .influx)],
      limits: SpoolLimits(size: 1_000_000))
    for _ in 0..<300 {
      for _ in 0..<20 { bench.push(bench.source.window()) }
      bench.step(after: .seconds(1))
      for socket in bench.fake.sockets { socket.sends.removeAll() }
    }
    #expect(bench.store.map { $0.segments.count < 1_100_000 } == true)
    #expect(bench.feeder.status().allSatisfy { $0.lag == 0 && $0.lines == 6000 } && bench.drops.isEmpty)
  }
}
