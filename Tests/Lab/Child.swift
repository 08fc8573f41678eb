import Foundation
import Synchronization

/// What a process used.
struct Usage: Sendable {
  /// User and system time, from wait4. Includes what the wrappers (`ip netns exec`, `setpriv`) used before
  /// they became the program: about 3 ms.
  var cpu: Duration = .zero
  /// The largest VmHWM seen while it ran, in bytes; a lower bound, read at each poll of a wait. wait4's
  /// ru_maxrss cannot be used: the kernel carries the parent's peak across exec, and that is this test
  /// process's. A program that ends within a few milliseconds may show its wrapper's peak instead.
  var peakRSS: Int = 0
  var elapsed: Duration = .zero
}

/// How a process ended and what it said.
struct Outcome: Sendable {
  /// The exit status; 128 + the signal's number where a signal ended it, as shells have it.
  let status: Int32
  let stdout: String
  let stderr: String
  let usage: Usage
}

/// A process in a process group of its own, with captured output. It never outlives this object: `deinit`
/// kills and reaps it.
///
/// Output goes to files without a name, not to pipes: no reader is needed, nothing blocks when it is much,
/// and it can be read while the process runs.
final class Child: Sendable {
  let id: pid_t
  let arguments: [String]
  private let out: NamelessFile
  private let err: NamelessFile
  private let started = monotonicNanoseconds()
  private let state = Mutex(State())

  private static let subreaper: Void = GNU.becomeSubreaper()
  private static let unreaped = Mutex<Set<pid_t>>([])

  /// Reaps an orphan that became this process's; false while it still runs. A process that has a `Child` is
  /// left to that.
  static func reapOrphan(_ id: pid_t) -> Bool {
    unreaped.withLock { $0.contains(id) || waitpid(id, nil, WNOHANG) != 0 }
  }

  private struct State {
    var status: Int32?
    var usage = Usage()
  }

  /// Starts `arguments`, the first of which is a path or a name on PATH. `environment` is added to this
  /// process's own. Its standard input holds `input`.
  init(_ arguments: [String], environment: [String: String] = [:], input: [UInt8] = []) throws {
    Self.subreaper
    guard let program = arguments.first else { throw LabFailure("no program") }
    let standardInput = try NamelessFile(input)
    out = try NamelessFile()
    err = try NamelessFile()
    self.arguments = arguments
    let path = program.contains("/") ? program : Tool.find(onPath: program)
    guard let path else { throw LabFailure("\(program) is not on PATH") }
    let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let fds = [standardInput.fd, out.fd, err.fd]
    id = try Self.unreaped.withLock { unreaped in
      let id = try Self.spawn(path, arguments, merged.map { "\($0.key)=\($0.value)" }, fds)
      unreaped.insert(id)
      return id
    }
  }

  deinit { kill() }

  /// Runs to the end; past `deadline` the process is killed and this throws with what it had said.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [],
    deadline: Duration = .seconds(20)
  ) throws -> Outcome {
    try Child(arguments, environment: environment, input: input).wait(deadline)
  }

  /// As `run`, and throws unless the exit status is 0.
  @discardableResult
  static func check(_ arguments: [String], deadline: Duration = .seconds(20)) throws -> String {
    let outcome = try run(arguments, deadline: deadline)
    guard outcome.status == 0 else {
      throw LabFailure("\(arguments.joined(separator: " ")): status \(outcome.status): \(outcome.stderr)")
    }
    return outcome.stdout
  }

  var stdout: String { out.text }
  var stderr: String { err.text }

  /// False once it has ended, and reaps it then.
  var isRunning: Bool { reap(WNOHANG) == nil }

  /// Peak RSS is up to date to this call, CPU time only after the end.
  var usage: Usage {
    sampleMemory()
    return state.withLock { $0.usage }
  }

  /// To the whole process group.
  func signal(_ number: Int32) { if state.withLock({ $0.status == nil }) { Glibc.kill(-id, number) } }

  func wait(_ deadline: Duration = .seconds(20)) throws -> Outcome {
    let status = try eventuallyValue(within: deadline, every: .milliseconds(2)) {
      sampleMemory()
      return reap(WNOHANG)
    }
    guard let status else {
      kill()
      throw LabFailure("\(arguments.joined(separator: " ")): no end within \(deadline); \(stdout)\(stderr)")
    }
    return Outcome(status: status, stdout: stdout, stderr: stderr, usage: usage)
  }

  /// Asks with SIGTERM, insists with SIGKILL after `grace`. Returns with the whole group gone.
  @discardableResult
  func stop(grace: Duration = .seconds(2)) -> Outcome {
    signal(SIGTERM)
    _ = try? eventuallyValue(within: grace, every: .milliseconds(2)) { reap(WNOHANG) }
    kill()
    return Outcome(status: reap(0) ?? 0, stdout: stdout, stderr: stderr, usage: usage)
  }

  /// SIGKILL to the whole group, and reaps its leader.
  func kill() {
    sampleMemory()
    signal(SIGKILL)
    _ = reap(0)
  }

  /// The exit status once the leader has ended. What remains of its group is killed before the leader is
  /// reaped: until then nobody else can be given its number.
  private func reap(_ options: Int32) -> Int32? {
    state.withLock { state in
      if let known = state.status { return known }
      var info = siginfo_t()
      while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT | options) < 0 && errno == EINTR {}
      guard info.si_signo == SIGCHLD else { return nil }
      Glibc.kill(-id, SIGKILL)
      var raw: Int32 = 0
      var resources = rusage()
      while wait4(id, &raw, 0, &resources) < 0 && errno == EINTR {}
      // The rest of the group has become this process's own, or is nobody's: all are dead or dying.
      while waitpid(-id, nil, 0) > 0 || errno == EINTR {}
      state.status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
      _ = Self.unreaped.withLock { $0.remove(id) }
      state.usage.cpu = resources.ru_utime.duration + resources.ru_stime.duration
      state.usage.elapsed = .nanoseconds(monotonicNanoseconds() - started)
      return state.status
    }
  }

  private func sampleMemory() {
    guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
        Int($0)
      })
    else { return }
    // While a wrapper still runs this is the wrapper's peak; that of the program replaces it.
    state.withLock { $0.usage.peakRSS = kilobytes * 1024 }
  }
}
