import Foundation
import Synchronization

/// The relay's thread and what it shares.
final class RelayCore: @unchecked Sendable {
  struct Shared {
    var counts = Relay.Counts()
    var packets: [Relay.Packet] = []
    var faults: [Fault]
  }

  let shared: Mutex<Shared>
  private let front: UDPSocket
  private let other: UDPSocket
  private let makeServerSocket: () throws -> UDPSocket
  /// A datagram to itself ends a wait.
  private let wakeUp: UDPSocket
  private let wakeUpSender: UDPSocket
  private let stopping = Atomic<Bool>(false)

  // Only the thread touches what follows.
  private var random: SplitMix64
  private var clients: [ClientAddress: Client] = [:]
  private var queue: [Waiting] = []
  private var numbers: [Relay.Direction: Int] = [:]
  private var arrivals = 0

  private struct Client {
    let server: UDPSocket
    var request: [UInt8] = []
  }

  private struct Waiting {
    /// CLOCK_MONOTONIC, nanoseconds; then the order of arrival.
    let due: Int64
    let order: Int
    let client: ClientAddress
    let delivery: Relay.Delivery
  }

  init(
    front: UDPSocket, other: UDPSocket, faults: [Fault], seed: UInt64,
    makeServerSocket: @escaping () throws -> UDPSocket
  ) throws {
    shared = Mutex(Shared(faults: faults))
    self.front = front
    self.other = other
    self.makeServerSocket = makeServerSocket
    random = SplitMix64(seed: seed)
    wakeUp = try UDPSocket(bind: SocketAddress(host: "127.0.0.1", port: 0))
    wakeUpSender = try UDPSocket(connect: SocketAddress(host: "127.0.0.1", port: wakeUp.localPort))
  }

  func askToStop() {
    stopping.store(true, ordering: .releasing)
    _ = wakeUpSender.send([0])
  }

  func run() {
    while !stopping.load(ordering: .acquiring) {
      let servers = clients.map { ($0.key, $0.value.server) }
      let descriptors = [wakeUp.fd, front.fd] + servers.map(\.1.fd)
      var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      GNU.wait(&polled, queue.last.map { $0.due - monotonicNanoseconds() })
      if polled[1].revents != 0 { takeRequests() }
      for (index, (client, server)) in servers.enumerated() where polled[index + 2].revents != 0 {
        takeReplies(of: client, from: server)
      }
      sendDue()
    }
  }

  private func takeRequests() {
    var buffer = [UInt8](repeating: 0, count: 2048)
    while true {
      var client = ClientAddress()
      let count = client.receive(on: front.fd, into: &buffer)
      guard count >= 0 else { return }
      let bytes = Array(buffer[..<count])
      if clients[client] == nil {
        guard let server = try? makeServerSocket() else { continue }
        clients[client] = Client(server: server)
      }
      clients[client]?.request = bytes
      take(bytes, .toServer, client, request: bytes)
    }
  }

  private func takeReplies(of client: ClientAddress, from server: UDPSocket) {
    while let bytes = server.receive(within: .zero) {
      take(bytes, .toClient, client, request: clients[client]?.request ?? [])
    }
  }

  private func take(
    _ bytes: [UInt8], _ direction: Relay.Direction, _ client: ClientAddress, request: [UInt8]
  ) {
    numbers[direction, default: 0] += 1
    let packet = Relay.Packet(
      direction: direction, number: numbers[direction] ?? 0, bytes: bytes, request: request,
      arrival: monotonicNanoseconds())
    let faults = shared.withLock { shared in
      shared.packets.append(packet)
      if direction == .toServer { shared.counts.requestsIn += 1 } else { shared.counts.repliesIn += 1 }
      return shared.faults
    }
    var deliveries = [Relay.Delivery(bytes: bytes, direction: direction)]
    for fault in faults { deliveries = fault.apply(packet, deliveries, &random) }
    for delivery in deliveries {
      arrivals += 1
      queue.append(
        Waiting(
          due: packet.arrival + delivery.delay.nanoseconds, order: arrivals, client: client,
          delivery: delivery))
    }
    // The next one last, so that taking it is cheap.
    queue.sort { ($0.due, $0.order) > ($1.due, $1.order) }
  }

  private func sendDue() {
    while let next = queue.last, next.due <= monotonicNanoseconds(), !stopping.load(ordering: .relaxed) {
      queue.removeLast()
      let bytes = next.delivery.bytes
      switch next.delivery.direction {
      case .toServer:
        shared.withLock { $0.counts.requestsOut += 1 }
        _ = clients[next.client]?.server.send(bytes)
      case .toClient:
        shared.withLock { $0.counts.repliesOut += 1 }
        next.client.send(bytes, on: next.delivery.source == .relay ? front.fd : other.fd)
      }
    }
  }
}

/// A peer's address as the kernel gave it.
struct ClientAddress: Hashable {
  private var bytes: [UInt8] = []

  /// As recvfrom; negative where nothing is there.
  mutating func receive(on fd: Int32, into buffer: inout [UInt8]) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let count = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(fd, &buffer, buffer.count, Int32(MSG_DONTWAIT), $0, &length)
      }
    }
    bytes = withUnsafeBytes(of: storage) { Array($0.prefix(Int(length))) }
    return count
  }

  func send(_ packet: [UInt8], on fd: Int32) {
    bytes.withUnsafeBytes { raw in
      guard let address = raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return }
      sendto(fd, packet, packet.count, Int32(MSG_NOSIGNAL), address, socklen_t(raw.count))
    }
  }
}
