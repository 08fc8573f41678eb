import Foundation
import Synchronization

/// A UDP relay in a thread of the test process, with faults: the network of a lab whose kernel has no netem.
///
/// Each client address gets a socket of its own towards the server, as behind a NAT. Faults are asked in the
/// order in which packets arrive and draw from one seeded generator: the same traffic gets the same faults.
final class Relay: Sendable {
  enum Direction: Sendable { case toServer, toClient }

  /// A packet as it came in, before any fault.
  struct Packet: Sendable {
    let direction: Direction
    /// From 1, for each direction.
    let number: Int
    let bytes: [UInt8]
    /// The client's latest request, where this is a reply; else the packet itself.
    let request: [UInt8]
    /// CLOCK_MONOTONIC, nanoseconds.
    let arrival: Int64
  }

  /// A packet to be sent on. A fault may change it, drop it, or add more.
  struct Delivery: Sendable {
    /// From where a client sees it come; only `relay` is the address that it asked.
    enum Source: Sendable { case relay, otherPort }

    var bytes: [UInt8]
    /// From the packet's arrival.
    var delay: Duration = .zero
    var source: Source = .relay
    /// Where it goes; forged replies to a request go back to the client.
    var direction: Direction
  }

  struct Counts: Sendable, Equatable {
    var requestsIn = 0
    var requestsOut = 0
    var repliesIn = 0
    var repliesOut = 0
  }

  /// Where clients send to.
  let address: SocketAddress
  private let core: RelayCore
  private let ended = DispatchSemaphore(value: 0)
  private let isDown = Atomic<Bool>(false)

  /// Listens on loopback (`listen`) inside `namespace` and asks `target` from inside `serverSide`, by default
  /// the same. `faults` apply in the order given, each to what the one before it made.
  init(
    to target: SocketAddress, faults: [Fault] = [], seed: UInt64 = 1, listen host: String = "127.0.0.1",
    in namespace: Namespace? = nil, serverSide: Namespace? = nil
  ) throws {
    let local = SocketAddress(host: host, port: 0)
    let front = try Self.socket(in: namespace, bind: local)
    let other = try Self.socket(in: namespace, bind: local)
    address = SocketAddress(host: host, port: front.localPort)
    let serverSide = serverSide ?? namespace
    core = try RelayCore(front: front, other: other, faults: faults, seed: seed) {
      guard let serverSide else { return try UDPSocket(connect: target) }
      return try serverSide.inside { try UDPSocket(connect: target) }
    }
    // It must not hold this object, whose `deinit` ends it.
    let thread = Thread { [core, ended] in
      core.run()
      ended.signal()
    }
    thread.start()
  }

  deinit { stop() }

  /// Idempotent. Packets that still wait are not sent.
  func stop() {
    guard !isDown.exchange(true, ordering: .relaxed) else { return }
    core.askToStop()
    ended.wait()
  }

  var counts: Counts { core.shared.withLock { $0.counts } }

  /// What came in so far, both directions, as it came.
  var packets: [Packet] { core.shared.withLock { $0.packets } }

  /// From now on these faults, for tests in which the network changes.
  func setFaults(_ faults: [Fault]) { core.shared.withLock { $0.faults = faults } }

  private static func socket(in namespace: Namespace?, bind local: SocketAddress) throws -> UDPSocket {
    guard let namespace else { return try UDPSocket(bind: local) }
    return try namespace.inside { try UDPSocket(bind: local) }
  }
}
