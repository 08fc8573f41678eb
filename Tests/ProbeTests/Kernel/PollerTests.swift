import Testing

@testable import Probe

@Suite struct PollerTests {
  @Test func nothingIsReady() throws {
    var poller = Poller()
    let ready = try poller.wait(.zero)
    #expect(ready.data == 0 && ready.errors == 0)
    let event = try Event()
    #expect(poller.add(event.number) == 0)
    #expect(try poller.wait(Nanoseconds(1)).data == 0)
  }

  /// A bit each, by the place that add() gave.
  @Test func eachDescriptorHasItsBit() throws {
    let events = try (0..<Poller.capacity).map { _ in try Event() }
    var poller = Poller()
    for (index, event) in events.enumerated() { #expect(poller.add(event.number) == index) }
    var expected: UInt64 = 0
    for index in [0, 3, 31, 63] {
      events[index].post()
      expected |= 1 << UInt64(index)
      let ready = try poller.wait(.seconds(5))
      #expect(ready.data == expected && ready.errors == 0)
    }
  }

  @Test func onlyWhatIsWantedIsToldOf() throws {
    let (event, timer) = (try Event(), try Event())
    var poller = Poller()
    _ = poller.add(event.number)
    poller.alarm(timer.number)
    event.post()
    timer.post()
    for (wanted, data, isAlarmed) in [
      (Wanted.all, UInt64(1), true), (.sockets, 1, false), (.alarm, 0, true),
    ] {
      let ready = try poller.wait(.seconds(5), for: wanted)
      #expect(ready.data == data && ready.isAlarmed == isAlarmed)
    }
    var without = Poller()
    _ = without.add(event.number)
    #expect(try without.wait(.zero, for: .sockets).data == 1)
    #expect(try without.wait(Nanoseconds(1), for: .alarm).data == 0)
  }

  /// A stamp of a send is on the error queue, its echo is data; each only in its own bits.
  @Test func errorsAndDataAreToldApart() throws {
    let peer = try PlainSocket()
    let socket = try TimestampSocket(to: peer.endpoint, interface: nil, source: nil)
    var buffer = [UInt8](repeating: 0, count: 64)
    var poller = Poller()
    let event = try Event()
    _ = poller.add(event.number)
    _ = poller.add(socket.number)
    _ = try socket.send([1])
    while try poller.wait(.seconds(5)).errors == 0 {}
    var ready = try poller.wait(.zero)
    #expect(ready.errors == 2 && ready.data == 0)
    _ = peer.echo()
    ready = try poller.wait(.seconds(5))
    #expect(ready.errors == 2 && ready.data == 2)
    _ = try socket.receiveError(into: &buffer)
    ready = try poller.wait(.seconds(5))
    #expect(ready.errors == 0 && ready.data == 2)
    _ = try socket.receive(into: &buffer)
    ready = try poller.wait(.zero)
    #expect(ready.errors == 0 && ready.data == 0)
  }

  /// Also where it was not a signal that ended the wait.
  @Test func whatWasLeftIsTold() throws {
    let event = try Event()
    var poller = Poller()
    _ = poller.add(event.number)
    #expect(try poller.wait(.milliseconds(1)).left == .zero)
    event.post()
    let left = try #require(try poller.wait(.seconds(100)).left)
    #expect(left > .zero && left <= .seconds(100))
    #expect(try poller.wait(Nanoseconds(-1)).left == nil)
  }

  @Test func anotherThreadWakesIt() throws {
    final class Poster: ThreadBody {
      let event: Event
      init(_ event: Event) { self.event = event }
      func run() { event.post() }
    }
    let event = try Event()
    var poller = Poller()
    _ = poller.add(event.number)
    try Thread.start(Poster(event))
    #expect(try poller.wait(Nanoseconds(-1)).data == 1)
  }
}
