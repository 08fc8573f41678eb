import Foundation
import Synchronization

/// A network namespace of its own name, with lo up. Its name carries the test process's id.
///
/// Clock tests must not depend on a network that others use, and several servers on port 123 need several
/// hosts.
final class Namespace: Sendable {
  let name: String
  /// 10.77.0.N and fd77::N, N from 1. The addresses repeat in every `Network`; the namespaces keep them
  /// apart.
  let address4: String
  let address6: String
  /// The veth end in here.
  let interface = "eth0"

  static let namePrefix = "tplab"

  fileprivate init(number: Int) throws {
    name = "\(Self.namePrefix)\(getpid())n\(Scratch.nextNumber())"
    address4 = "10.77.0.\(number)"
    address6 = "fd77::\(String(number, radix: 16))"
    try Child.check(["ip", "netns", "add", name])
    do {
      // Duplicate address detection would keep IPv6 addresses unusable for a second or two.
      let settings = ["accept_dad", "dad_transmits"].map { "echo 0 > /proc/sys/net/ipv6/conf/default/\($0)" }
      try Child.check(command(["sh", "-ec", settings.joined(separator: "\n")]))
      try Child.check(["ip", "-n", name, "link", "set", "lo", "up"])
    } catch {
      remove()
      throw error
    }
  }

  /// The command line that runs `arguments` in here, with /sys showing this namespace's interfaces.
  func command(_ arguments: [String]) -> [String] { ["ip", "netns", "exec", name] + arguments }

  func run(_ arguments: [String], deadline: Duration = .seconds(20)) throws -> Outcome {
    try Child.run(command(arguments), deadline: deadline)
  }

  /// Starts a program that may think that it is to steer the clock: it cannot, CAP_SYS_TIME is taken from it.
  func startDaemon(_ arguments: [String], environment: [String: String] = [:]) throws -> Child {
    try Child(command(Clockless.command(arguments)), environment: environment)
  }

  /// Runs `body` on a thread of its own inside this namespace: sockets that it makes stay here. A thread of
  /// the pool would take the namespace along to the next test.
  func inside<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    let path = "/run/netns/\(name)"
    return try onThread {
      let fd = open(path, O_RDONLY | O_CLOEXEC)
      guard fd >= 0 else { throw LabFailure(call: "open \(path)", errno: errno) }
      defer { close(fd) }
      guard GNU.enterNetwork(fd) else { throw LabFailure(call: "setns \(path)", errno: errno) }
      return try body()
    }
  }

  /// Kills what still runs in it: a daemon that left its process group would keep the namespace alive.
  fileprivate func remove() { Self.remove(name) }

  private static func remove(_ name: String) {
    func pids() -> [pid_t] {
      let text = (try? Child.check(["ip", "netns", "pids", name])) ?? ""
      return text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }.filter { $0 != getpid() }
    }
    let victims = pids()
    for id in victims { kill(id, SIGKILL) }
    _ = try? eventually("\(name) is empty", within: .seconds(2)) {
      victims.allSatisfy(Child.reapOrphan) && pids().isEmpty
    }
    _ = try? Child.check(["ip", "netns", "delete", name])
  }

  /// Removes the namespaces of test processes that are dead.
  static func sweep() {
    for name in (try? existing()) ?? [] {
      let digits = name.dropFirst(namePrefix.count).prefix(while: \.isNumber)
      guard let owner = pid_t(digits), !Scratch.isAlive(process: owner) else { continue }
      remove(name)
    }
  }

  /// The lab's namespaces on this machine, of all test processes.
  static func existing() throws -> [String] {
    try Child.check(["ip", "netns", "list"]).split(separator: "\n")
      .compactMap { $0.split(separator: " ").first.map(String.init) }
      .filter { $0.hasPrefix(namePrefix) }
  }
}

/// Two namespaces joined by a veth pair, or more joined by a bridge in a further one; MTU as the kernel has
/// it.
final class Network: Sendable {
  let hosts: [Namespace]
  private let all: Mutex<[Namespace]>

  init(hosts count: Int = 2) throws {
    LeftOvers.sweepOnce()
    var made: [Namespace] = []
    do {
      for number in 1...max(count, 2) { made.append(try Namespace(number: number)) }
      hosts = made
      if made.count == 2 {
        try Self.join(made[0], made[1], peer: "eth0")
      } else {
        made.append(try Namespace(number: 254))
        try Self.bridge(hosts, at: made[made.count - 1])
      }
      for host in hosts { try Self.address(host) }
      for host in hosts { try Self.waitForCarrier(host) }
      all = Mutex(made)
    } catch {
      for namespace in made { namespace.remove() }
      throw error
    }
  }

  deinit { tearDown() }

  /// Idempotent. `with` and `deinit` call it.
  func tearDown() {
    let namespaces = all.withLock { all in
      defer { all = [] }
      return all
    }
    for namespace in namespaces { namespace.remove() }
  }

  /// Runs `body` with the hosts, and removes everything also where it throws.
  static func with<T>(hosts count: Int = 2, _ body: ([Namespace]) throws -> T) throws -> T {
    let network = try Network(hosts: count)
    defer { network.tearDown() }
    return try body(network.hosts)
  }

  private static func bridge(_ hosts: [Namespace], at hub: Namespace) throws {
    try Child.check(["ip", "-n", hub.name, "link", "add", "br0", "type", "bridge"])
    try Child.check(["ip", "-n", hub.name, "link", "set", "br0", "up"])
    for (index, host) in hosts.enumerated() {
      let port = "port\(index)"
      try join(host, hub, peer: port)
      try Child.check(["ip", "-n", hub.name, "link", "set", port, "master", "br0", "up"])
    }
  }

  /// The two ends need different interface indexes: where they are equal the kernel takes the link for a
  /// plain device and may report its carrier a second late (net/core/link_watch.c), and IPv6 waits for that.
  private static func join(_ host: Namespace, _ other: Namespace, peer: String) throws {
    let index = Scratch.nextNumber() + 100
    let otherIndex = Scratch.nextNumber() + 100
    try Child.check(
      ["ip", "-n", host.name, "link", "add", host.interface, "index", "\(index)", "type", "veth"]
        + ["peer", "name", peer, "index", "\(otherIndex)", "netns", other.name])
  }

  private static func address(_ host: Namespace) throws {
    let ip = ["ip", "-n", host.name]
    try Child.check(ip + ["address", "add", "\(host.address4)/24", "dev", host.interface])
    try Child.check(ip + ["address", "add", "\(host.address6)/64", "dev", host.interface])
    try Child.check(ip + ["link", "set", host.interface, "up"])
  }

  private static func waitForCarrier(_ host: Namespace) throws {
    try eventually("\(host.name) has a carrier", within: .seconds(5)) {
      try Child.check(host.command(["cat", "/sys/class/net/\(host.interface)/operstate"])) == "up\n"
    }
  }
}
