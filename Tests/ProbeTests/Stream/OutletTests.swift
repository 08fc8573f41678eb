import Foundation
import Testing

@testable import Probe

@Suite("Waiting before the next attempt")
struct BackoffTests {
  @Test func fullJitterUnderADoublingLimit() {
    var limits: [Int64] = []
    var backoff = Backoff()
    for _ in 0..<12 {
      limits.append(backoff.next(.max).count)
      #expect(backoff.attempts == limits.count)
    }
    #expect(
      limits
        == [500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000, 60000, 60000].map {
          $0 * 1_000_000
        })
    #expect(backoff.next(0) == .zero)
    let middle = backoff.next(1 << 63)
    #expect((middle - .seconds(30)).magnitude <= .milliseconds(1))
    backoff.reset()
    #expect(backoff.next(.max) == .milliseconds(500))
  }
}

private let run = RunName(high: 1, low: 2)
private func mark(_ seq: UInt64) -> RecordMark { RecordMark(place: seq * 100, run: run, seq: seq) }

extension Outlet {
  fileprivate func take(_ text: String, _ seq: UInt64) { put(Array(text.utf8).span, mark(seq)) }
}

@Suite("Datagrams")
struct DatagramOutletTests {
  private func outlet(_ fake: FakeWorld, single: Bool = false, payload: Int? = 100) -> DatagramOutlet {
    fake.prepare = { $0.payload = payload }
    let outlet = DatagramOutlet(.host(Array("collector".utf8), 8089), isSingle: single)
    outlet.step(fake.world)
    return outlet
  }

  private func line(_ number: Int, _ length: Int) -> String {
    "\(number)" + String(repeating: "x", count: length - "\(number)".utf8.count - 1) + "\n"
  }

  /// Whole lines alone, all of them, in order, as many in each as fit.
  @Test func packing() {
    var random = SplitMix(seed: 4)
    for payload in [100, 1472, 8972, 65507] {
      let fake = FakeWorld()
      let outlet = outlet(fake, payload: payload)
      var expected = ""
      for number in 1...300 {
        let text = line(number, Int.random(in: 5...100, using: &random))
        #expect(outlet.isReady)
        outlet.take(text, UInt64(number))
        expected += text
        if Int.random(in: 0..<10, using: &random) == 0 { outlet.step(fake.world) }
      }
      outlet.step(fake.world)
      let sends = fake.socket.sends
      #expect(String(decoding: fake.socket.bytes, as: UTF8.self) == expected)
      #expect(sends.allSatisfy { $0.count <= min(payload, 8192) && $0.last == 10 })
      #expect(payload == 100 || sends.count < 100)
      #expect(outlet.confirmed == mark(300) && outlet.takeDrop() == nil)
    }
  }

  @Test func oneMessageADatagram() {
    let fake = FakeWorld()
    let outlet = outlet(fake, single: true, payload: 1472)
    for number in 1...5 { outlet.take("<28>1 message \(number)", UInt64(number)) }
    outlet.step(fake.world)
    #expect(
      fake.socket.sends.map { String(decoding: $0, as: UTF8.self) } == (1...5).map { "<28>1 message \($0)" })
  }

  @Test func aLineThatNoDatagramHoldsIsCounted() {
    let fake = FakeWorld()
    let outlet = outlet(fake)
    outlet.take(line(1, 50), 1)
    outlet.take(line(2, 101), 2)
    outlet.take(line(3, 50), 3)
    outlet.step(fake.world)
    #expect(fake.socket.bytes.count == 100)
    #expect(outlet.takeDrop() == OutletDrop(reason: .tooLong, run: run, from: 2, to: 2, count: 1))
    #expect(outlet.takeDrop() == nil && outlet.confirmed == mark(3))
  }

  /// The path narrows: the datagram that did not go is made into smaller ones; none of it is lost but what fits no more.
  @Test func thePathNarrows() {
    let fake = FakeWorld()
    let outlet = outlet(fake, payload: 1000)
    for number in 1...10 { outlet.take(line(number, number == 4 ? 300 : 60), UInt64(number)) }
    fake.socket.payload = 200
    outlet.step(fake.world)
    #expect(fake.socket.sends.allSatisfy { $0.count <= 200 && $0.last == 10 })
    #expect(fake.socket.bytes.count == 9 * 60)
    #expect(outlet.takeDrop() == OutletDrop(reason: .tooLong, run: run, from: 4, to: 4, count: 1))
    // Wider again after a while.
    fake.socket.payload = 1000
    fake.time = fake.time + .seconds(61)
    outlet.step(fake.world)
    outlet.take(line(11, 900), 11)
    outlet.step(fake.world)
    #expect(fake.socket.sends.last?.count == 900)
  }

  /// ICMP tells at the next send: what was sent before is lost and named, what was to be sent is sent.
  @Test func aRefusalSpeaksOfTheOneBefore() {
    let fake = FakeWorld()
    let outlet = outlet(fake, payload: 200)
    for number in 1...3 { outlet.take(line(number, 60), UInt64(number)) }
    outlet.step(fake.world)
    fake.socket.failures = [SystemError.connectionRefused]
    outlet.take(line(4, 60), 4)
    outlet.step(fake.world)
    #expect(fake.socket.sends.count == 2)
    #expect(outlet.takeDrop() == OutletDrop(reason: .refused, run: run, from: 1, to: 3, count: 3))
    #expect(outlet.confirmed == mark(4))
  }

  /// No route: it waits with a growing patience, and never asks poll(2), which would say at once that it can write.
  @Test func aFailureThatStays() {
    let fake = FakeWorld()
    fake.random = .max
    fake.prepare = {
      $0.failures = [101]
      $0.payload = 1472
    }
    let outlet = DatagramOutlet(.host(Array("collector".utf8), 8089), isSingle: false)
    outlet.step(fake.world)
    outlet.take(line(1, 60), 1)
    var wakes: [Instant<Boottime>] = []
    for _ in 0..<3 {
      outlet.step(fake.world)
      #expect(!outlet.isReady && outlet.wait == nil && outlet.confirmed == nil)
      #expect(outlet.state.failure?.code == 101)
      let wake = outlet.wake ?? fake.time
      wakes.append(wake)
      #expect(wake > fake.time)
      fake.time = wake
    }
    #expect(zip(wakes, wakes.dropFirst()).allSatisfy { $1 - $0 >= .milliseconds(500) })
    fake.prepare = { _ in }
    outlet.step(fake.world)
    #expect(outlet.confirmed == mark(1) && outlet.takeDrop() == nil)
  }

  @Test func withoutRoomItWaits() {
    let fake = FakeWorld()
    let outlet = outlet(fake)
    fake.socket.room = 0
    outlet.take(line(1, 60), 1)
    outlet.step(fake.world)
    #expect(!outlet.isReady && outlet.wait?.writes == true && outlet.confirmed == nil)
    fake.socket.room = .max
    outlet.step(fake.world)
    #expect(outlet.isReady && outlet.wait == nil && outlet.confirmed == mark(1))
  }

  @Test func nobodyThereYet() {
    let fake = FakeWorld()
    fake.refusal = 2
    let outlet = DatagramOutlet(.path(Array("/dev/log".utf8)), isSingle: true)
    fake.random = .max
    outlet.step(fake.world)
    #expect(!outlet.isReady && outlet.state.word == .waiting && outlet.state.failure?.code == 2)
    #expect(outlet.wake == fake.time + .milliseconds(500))
    fake.refusal = nil
    outlet.step(fake.world)
    #expect(!outlet.isReady)
    fake.time = fake.time + .milliseconds(500)
    outlet.step(fake.world)
    #expect(outlet.isReady && fake.targets == [.path(Array("/dev/log".utf8)), .path(Array("/dev/log".utf8))])
  }
}

@Suite("Connections")
struct ConnectedOutletTests {
  private func outlet(_ fake: FakeWorld, _ address: StreamAddress = .host(Array("collector".utf8), 9000))
    -> ConnectedOutlet
  {
    let outlet = ConnectedOutlet(address)
    outlet.put([UInt8]().span, mark(0))
    outlet.step(fake.world)
    return outlet
  }

  @Test func connectsAndSendsInParts() {
    let fake = FakeWorld()
    fake.prepare = { $0.connection = nil }
    let outlet = outlet(fake)
    #expect(!outlet.isReady && outlet.state.word == .connecting && outlet.wait?.writes == true)
    fake.socket.connection = 0
    fake.socket.room = 7
    outlet.step(fake.world)
    #expect(outlet.isReady && outlet.state.opened == 1)
    outlet.take("hello, far side\n", 1)
    outlet.step(fake.world)
    #expect(fake.socket.bytes.count == 7 && outlet.wait?.writes == true)
    fake.socket.room = .max
    outlet.step(fake.world)
    #expect(String(decoding: fake.socket.bytes, as: UTF8.self) == "hello, far side\n")
    #expect(outlet.wait?.writes == false)
  }

  /// Nothing is taken for read that its kernel has not acknowledged, nor the last window of what it has.
  @Test func whatIsConfirmed() {
    let fake = FakeWorld()
    let outlet = outlet(fake)
    #expect(outlet.confirmed == mark(0))
    let text = String(repeating: "x", count: 999) + "\n"
    for number in 1...100 {
      outlet.take(text, UInt64(number))
      fake.socket.unacknowledged = 1000 * number
      outlet.step(fake.world)
    }
    #expect(outlet.confirmed == mark(0))
    fake.socket.unacknowledged = 1500
    outlet.step(fake.world)
    // 98 500 acknowledged, 65 536 may be unread.
    #expect(outlet.confirmed == mark(32))
    fake.socket.window = 90_000
    fake.socket.unacknowledged = 0
    outlet.step(fake.world)
    #expect(outlet.confirmed == mark(32))
    // A minute later it is taken for read, but not while the window is closed.
    fake.socket.window = 1000
    for _ in 0..<4 {
      fake.time = fake.time + .seconds(61)
      outlet.step(fake.world)
    }
    #expect(outlet.confirmed == mark(32))
    fake.socket.window = 90_000
    for _ in 0..<3 {
      fake.time = fake.time + .seconds(61)
      outlet.step(fake.world)
    }
    #expect(outlet.confirmed == mark(100))
  }

  @Test func aUnixSocketTellsWhatWasRead() {
    let fake = FakeWorld()
    let outlet = outlet(fake, .path(Array("/run/x".utf8)))
    for number in 1...10 { outlet.take("0123456789\n", UInt64(number)) }
    fake.socket.unacknowledged = 4000
    outlet.step(fake.world)
    #expect(outlet.confirmed == mark(0))
    fake.socket.unacknowledged = 0
    outlet.step(fake.world)
    #expect(outlet.confirmed == mark(10))
  }

  @Test func afterALossItGoesBack() {
    for (isOrderly, expected) in [(true, UInt64(98)), (false, 32)] {
      let fake = FakeWorld()
      let outlet = outlet(fake)
      let text = String(repeating: "x", count: 999) + "\n"
      for number in 1...100 {
        outlet.take(text, UInt64(number))
        fake.socket.unacknowledged = 1500
        outlet.step(fake.world)
      }
      if isOrderly {
        fake.socket.ending = 0
      } else {
        fake.socket.failures = [SystemError.connectionReset]
      }
      outlet.take(text, 101)
      outlet.step(fake.world)
      #expect(outlet.takeRewind() == mark(expected) && outlet.takeRewind() == nil)
      #expect(!outlet.isReady)
      outlet.step(fake.world)
      #expect(fake.sockets.count == 2 && outlet.isReady && outlet.state.opened == 2)
      // Nothing of the first connection is left over.
      outlet.take("a\n", expected + 1)
      outlet.step(fake.world)
      #expect(fake.socket.bytes == Array("a\n".utf8))
    }
  }

  /// The first bytes of a stream are lost with the connection: it goes back to its beginning.
  @Test func aLossBeforeAnythingIsKnown() {
    let fake = FakeWorld()
    let outlet = outlet(fake)
    outlet.take("a\n", 1)
    fake.socket.unacknowledged = 2
    outlet.step(fake.world)
    fake.socket.failures = [32]
    outlet.take("b\n", 2)
    outlet.step(fake.world)
    #expect(outlet.takeRewind() == mark(0))
  }

  @Test func refusedTimedOutUnresolved() {
    let fake = FakeWorld()
    fake.random = .max
    fake.name = .pending
    let outlet = outlet(fake)
    #expect(outlet.state.word == .resolving)
    fake.name = .failed
    outlet.step(fake.world)
    #expect(outlet.state.word == .waiting && outlet.wake == fake.time + .milliseconds(500))
    fake.name = .addresses([IPAddress(v4: 1), IPAddress(v4: 2)])
    fake.prepare = { $0.connection = SystemError.connectionRefused }
    fake.time = fake.time + .milliseconds(500)
    outlet.step(fake.world)
    #expect(outlet.state.failure?.code == SystemError.connectionRefused)
    #expect(outlet.wake == fake.time + .seconds(1))
    fake.prepare = { $0.connection = nil }
    fake.time = fake.time + .seconds(1)
    outlet.step(fake.world)
    #expect(outlet.state.word == .connecting)
    fake.time = fake.time + .seconds(10)
    outlet.step(fake.world)
    #expect(outlet.state.word == .waiting && outlet.state.failure?.code == 110)
    // Each attempt at another address.
    #expect(fake.targets == [1, 2].map { .endpoint(Endpoint(address: IPAddress(v4: $0), port: 9000)) })
    fake.prepare = { _ in }
    outlet.reopen()
    outlet.step(fake.world)
    #expect(outlet.state.word == .open)
  }

  /// However long the far side is slow, the marks are bounded.
  @Test func marksAreBounded() {
    let fake = FakeWorld()
    let outlet = outlet(fake)
    for number in 1...5000 {
      outlet.take("0123456789\n", UInt64(number))
      fake.socket.unacknowledged = 11 * number
      outlet.step(fake.world)
    }
    fake.socket.unacknowledged = 0
    fake.time = fake.time + .seconds(100)
    for _ in 0..<3 {
      outlet.step(fake.world)
      fake.time = fake.time + .seconds(100)
    }
    #expect(outlet.confirmed == mark(5000))
  }
}

@Suite("Files")
struct FileOutletTests {
  private func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

  @Test func appendsAndRotatesBySize() throws {
    let (folder, fake) = (try ScratchFolder(), FakeWorld())
    let path = folder.path + "/a.csv"
    var rotation = Rotation()
    (rotation.size, rotation.keep) = (20, 2)
    let outlet = FileOutlet(path: Array(path.utf8), rotation, heading: Array("head\n".utf8))
    for number in 1...9 {
      outlet.take("line \(number)\n", UInt64(number))
      outlet.step(fake.world)
      #expect(outlet.confirmed == mark(UInt64(number)))
    }
    #expect(read(path) == "head\nline 7\nline 8\nline 9\n")
    #expect(read(path + ".1") == "head\nline 4\nline 5\nline 6\n")
    #expect(read(path + ".2") == "head\nline 1\nline 2\nline 3\n" && read(path + ".3") == nil)
    // The next start adds to what is there, without another heading.
    let next = FileOutlet(path: Array(path.utf8), Rotation(), heading: Array("head\n".utf8))
    next.take("more\n", 10)
    next.step(fake.world)
    #expect(read(path) == "head\nline 7\nline 8\nline 9\nmore\n")
  }

  @Test func rotatesByAgeAndKeepsNothing() throws {
    let (folder, fake) = (try ScratchFolder(), FakeWorld())
    let path = folder.path + "/a"
    var rotation = Rotation()
    (rotation.age, rotation.keep) = (.seconds(60), 0)
    let outlet = FileOutlet(path: Array(path.utf8), rotation, heading: [])
    outlet.take("1\n", 1)
    outlet.step(fake.world)
    fake.time = fake.time + .seconds(60)
    outlet.take("2\n", 2)
    outlet.step(fake.world)
    #expect(read(path) == "2\n" && read(path + ".1") == nil)
  }

  @Test func aNewDayIsANewFile() throws {
    let (folder, fake) = (try ScratchFolder(), FakeWorld())
    let outlet = FileOutlet(path: Array((folder.path + "/r.%Y%m%d").utf8), Rotation(), heading: [])
    outlet.take("1\n", 1)
    outlet.step(fake.world)
    fake.civil = fake.civil + .seconds(86400)
    outlet.take("2\n", 2)
    outlet.step(fake.world)
    #expect(read(folder.path + "/r.20261121") == "1\n" && read(folder.path + "/r.20261122") == "2\n")
    let name = FileName.expand(Array("%Y-%m-%dT%H:%M:%S %j%%".utf8), fake.civil)
    #expect(String(decoding: name, as: UTF8.self) == "2026-11-22T02:24:05 326%")
  }

  @Test func whoeverMovesItAwayIsFollowed() throws {
    let (folder, fake) = (try ScratchFolder(), FakeWorld())
    let path = folder.path + "/a"
    let outlet = FileOutlet(path: Array(path.utf8), Rotation(), heading: [])
    outlet.take("1\n", 1)
    outlet.step(fake.world)
    try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
    outlet.take("2\n", 2)
    outlet.step(fake.world)
    outlet.reopen()
    outlet.take("3\n", 3)
    outlet.step(fake.world)
    #expect(read(path + ".old") == "1\n2\n" && read(path) == "3\n")
  }

  @Test func aFullDiskIsWaitedFor() {
    let fake = FakeWorld()
    fake.random = .max
    let outlet = FileOutlet(path: Array("/dev/full".utf8), Rotation(), heading: [])
    outlet.take("1\n", 1)
    outlet.step(fake.world)
    #expect(!outlet.isReady && outlet.confirmed == nil && outlet.state.failure?.code == SystemError.noSpace)
    #expect(outlet.state.word == .waiting && outlet.wake == fake.time + .milliseconds(500))
  }

  @Test func noFolder() throws {
    let (folder, fake) = (try ScratchFolder(), FakeWorld())
    let path = folder.path + "/later/a"
    let outlet = FileOutlet(path: Array(path.utf8), Rotation(), heading: [])
    outlet.take("1\n", 1)
    outlet.step(fake.world)
    #expect(outlet.state.failure?.code == 2)
    try FileManager.default.createDirectory(atPath: folder.path + "/later", withIntermediateDirectories: true)
    fake.time = fake.time + .seconds(1)
    outlet.step(fake.world)
    #expect(read(path) == "1\n" && outlet.confirmed == mark(1))
  }
}
