@testable import Probe

/// The socket, the kernel under it, the path and the server behind it, for one reference.
final class SimulatedSocket: Transport {
  let world: World
  let network: Network
  private let seed: UInt64
  private var errors: [Entry] = []
  private var data: [Datagram] = []
  private var nextSend: UInt32 = 0
  private(set) var attempts: UInt64 = 0
  private(set) var flights: [Flight] = []
  /// The flight of the query before which R showed this.
  private(set) var flightAfter: [Instant<Raw>: Int] = [:]
  private(set) var delivered: [[UInt8]] = []

  private enum Entry {
    case stamp(UInt32, Instant<Realtime>)
    case icmp([UInt8])
  }

  private struct Datagram {
    var bytes: [UInt8]
    var stamp: Instant<Realtime>?
    var flight: Int?
    var arrival: Flight.Arrival
  }

  /// Its bit among the loop's transports.
  private let bit: UInt64
  private let clock: SimulatedClock

  init(_ world: World, _ network: Network, seed: UInt64, index: Int = 0) {
    self.world = world
    bit = 1 << UInt64(index)
    clock = index == 0 ? world.clocks.reference : world.clocks.steady
    self.network = network
    self.seed = seed
    if let attack = network.attack { schedule(attack, 1, .beginning + attack.from) }
  }

  var ready: Ready { Ready(data: data.isEmpty ? 0 : bit, errors: errors.isEmpty ? 0 : bit) }

  // MARK: Transport

  func send(_ bytes: [UInt8]) throws(SystemError) -> UInt32 {
    attempts += 1
    var dice = Dice(seed, .sends, attempts)
    let queued = network.kernel.queueing > 0 ? dice.exponential(mean: network.kernel.queueing) : 0
    world.spend(Nanoseconds(dice.pick(400...1500) + Int64(queued)))
    if network.kernel.fails(world.now, &dice) {
      if dice.chance(0.5) { nextSend &+= 1 }
      throw SystemError("send", network.kernel.sendError)
    }
    let send = nextSend
    nextSend &+= 1
    let held = network.kernel.heldOut?.length(world.now) ?? .zero
    let stamped = world.now + held
    world.spend(Nanoseconds(dice.pick(0...300)))
    stampSend(send, stamped)
    let cookie = NTPPacket(bytes.span)!.transmitTime
    flightAfter[world.lastReading] = flights.count
    flights.append(Flight(cookie: cookie, departed: world.now + held))
    depart(bytes, UInt64(flights.count), world.now + held)
    world.spend(Nanoseconds(dice.pick(100...500)))
    return send
  }

  func resynchronise() {
    world.spend(Nanoseconds(1000))
    nextSend = 0
  }

  func receiveError(into bytes: inout [UInt8]) throws(SystemError) -> Received {
    world.spend(Nanoseconds(300))
    world.settle()
    guard !errors.isEmpty else { return .nothing }
    switch errors.removeFirst() {
    case .stamp(let send, let at):
      var messages = ControlMessages()
      messages.software = at
      return .transmitStamp(send: send, messages)
    case .icmp(let cause):
      bytes.replaceSubrange(0..<cause.count, with: cause)
      let error = ExtendedError(
        errno: 111, origin: ExtendedError.Origin.icmp, type: 3, code: 3, info: 0, data: 0)
      return .icmp(error, count: cause.count)
    }
  }

  func receive(into bytes: inout [UInt8]) throws(SystemError) -> Received {
    world.spend(Nanoseconds(400))
    world.settle()
    guard !data.isEmpty else { return .nothing }
    let datagram = data.removeFirst()
    if let flight = datagram.flight { flights[flight].arrivals.append(datagram.arrival) }
    let count = min(datagram.bytes.count, bytes.count)
    bytes.replaceSubrange(0..<count, with: datagram.bytes[0..<count])
    var messages = ControlMessages()
    messages.software = datagram.stamp
    return .datagram(count: count, truncated: datagram.bytes.count > count, messages)
  }

  // MARK: The kernel

  private func stampSend(_ send: UInt32, _ moment: Moment) {
    var dice = Dice(seed, .stamps, attempts)
    let kernel = network.kernel
    var delay = Nanoseconds(dice.pick(0...2000))
    if dice.chance(kernel.transmitLate) {
      delay += Nanoseconds(Int64(dice.exponential(mean: kernel.lateMean)))
    }
    let isMissing = dice.chance(kernel.transmitMissing)
    let isDoubled = dice.chance(kernel.transmitDoubled)
    let at = Instant<Realtime>(nanoseconds: world.clocks.realtime.reading(moment))
    if !isMissing { world.schedule(moment + delay) { [self] in errors.append(.stamp(send, at)) } }
    guard isDoubled else { return }
    let again = Instant<Realtime>(nanoseconds: world.clocks.realtime.reading(max(moment, world.now)))
    world.schedule(moment + delay + delay) { [self] in errors.append(.stamp(send, again)) }
  }

  private func arrive(_ copy: Copy, flight: Int?, isStamped: Bool) {
    let held = network.kernel.heldBack?.length(copy.at) ?? .zero
    world.schedule(copy.at + held) { [self] in
      let at = Instant<Realtime>(nanoseconds: world.clocks.realtime.reading(copy.at))
      data.append(
        Datagram(
          bytes: copy.bytes, stamp: isStamped ? at : nil, flight: flight,
          arrival: Flight.Arrival(at: copy.at, isCorrupted: copy.isCorrupted)))
      if flight != nil, !copy.isCorrupted { delivered.append(copy.bytes) }
    }
  }

  // MARK: Beyond the guest

  private func depart(_ bytes: [UInt8], _ number: UInt64, _ departed: Moment) {
    var dice = Dice(seed, .out, number)
    for copy in network.out.carry(bytes, departed, &dice) {
      world.schedule(copy.at) { [self] in serve(copy, number) }
    }
  }

  private func serve(_ copy: Copy, _ number: UInt64) {
    var dice = Dice(seed, .server, number)
    let server = network.server
    if dice.chance(server.silent) { return }
    let isRefused = dice.chance(server.refused)
    let busy = server.surge?.length(copy.at) ?? .zero
    let held = server.processingFloor + dice.exponential(mean: server.processingMean) + Double(busy.count)
    let early = dice.unit() * min(server.transmitEarly, held)
    guard let query = NTPPacket(copy.bytes.span), query.mode == NTPPacket.Mode.client else { return }
    let left = copy.at + Nanoseconds(Int64(held))
    let reply = server.reply(
      query, number, received: Instant(nanoseconds: clock.reading(copy.at)),
      sent: Instant(nanoseconds: clock.reading(left - Nanoseconds(Int64(early)))))
    var back = Dice(seed, .back, number)
    for answer in network.back.carry(reply.bytes, left, &back) {
      if isRefused {
        let cause = Array(copy.bytes.prefix(server.refusedBytes))
        world.schedule(answer.at) { [self] in errors.append(.icmp(cause)) }
      } else {
        let isStamped = !back.chance(network.kernel.receiveMissing)
        arrive(answer, flight: Int(number) - 1, isStamped: isStamped)
      }
    }
  }

  private func schedule(_ attack: Attack, _ number: UInt64, _ at: Moment) {
    guard at < .beginning + attack.to else { return }
    world.schedule(at) { [self] in
      var dice = Dice(seed, .attack, number)
      let now = NTPTime(bits: UInt64(world.clocks.reference.reading(at) / 1_000_000_000) << 32)
      let bytes = attack.packet(&dice, old: delivered, now: now)
      arrive(Copy(bytes: bytes, at: at, isCorrupted: true), flight: nil, isStamped: true)
      schedule(attack, number + 1, at + Nanoseconds(Int64(dice.exponential(mean: 1e9 / attack.rate)) + 1))
    }
  }
}

/// The way to one reference.
struct Network {
  var out = Leg()
  var back = Leg()
  var server = ServerPlan()
  var kernel = KernelPlan()
  var attack: Attack?
}
