import Foundation
import Testing

@testable import Probe

/// A process of `Tests/SwitchFixture` on a folder of ordinary files, which stand for the kernel's.
private final class SwitchRun {
  let folder: ScratchFolder
  let id: pid_t
  private let input: Int32
  private let output: String
  private let errors: String
  private var status: Int32?

  static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("SwitchFixture").path

  static func makeFolder(_ available: String = "tsc hpet acpi_pm \n") throws -> ScratchFolder {
    let folder = try ScratchFolder()
    _ = try folder.write("available_clocksource", available)
    _ = try folder.write("current_clocksource", "tsc\n")
    return folder
  }

  /// In a process group of its own, with no signal blocked, which the threads of a test have.
  init(_ mode: String, _ more: [String] = [], in folder: ScratchFolder) throws {
    self.folder = folder
    let number = UUID().uuidString
    output = try folder.write("out-" + number, "")
    errors = try folder.write("err-" + number, "")
    var pair: [Int32] = [0, 0]
    #expect(pipe(&pair) == 0)
    input = pair[1]
    _ = fcntl(input, F_SETFD, FD_CLOEXEC)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pair[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var words: [UnsafeMutablePointer<CChar>?] =
      ([Self.program, folder.path, mode] + more).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var id: pid_t = 0
    // Else Swift's runtime catches what a crash is, and prints for seconds.
    var environment: [UnsafeMutablePointer<CChar>?] = [strdup("SWIFT_BACKTRACE=enable=no"), nil]
    defer { for word in environment { free(word) } }
    let code = posix_spawn(&id, Self.program, &actions, &attributes, &words, &environment)
    close(pair[0])
    self.id = id
    guard code == 0 else { throw Timeout(what: "posix_spawn \(Self.program): \(code)") }
  }

  deinit {
    end(SIGKILL)
    close(input)
  }

  var said: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }
  var complained: String { (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "" }

  /// What the folder's file says now.
  var current: String {
    let text = (try? String(contentsOfFile: folder.path + "/current_clocksource", encoding: .utf8)) ?? ""
    return String(text.prefix { $0 != "\n" })
  }

  func type(_ text: String) { write(input, text, text.utf8.count) }

  /// The exit status, or 128 + the signal.
  @discardableResult
  func wait() -> Int32 {
    if let status { return status }
    var raw: Int32 = 0
    let deadline = Date(timeIntervalSinceNow: 20)
    while waitpid(id, &raw, WNOHANG) == 0 {
      if Date() > deadline {
        Issue.record("no end: \(said) \(complained)")
        kill(id, SIGKILL)
      }
      usleep(500)
    }
    let result = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + (raw & 0x7f)
    status = result
    return result
  }

  @discardableResult
  func end(_ signal: Int32) -> Int32 {
    if status == nil { kill(id, signal) }
    return wait()
  }

  /// The guardian as well has let go of the file.
  func expectFree() throws {
    let fd = open(folder.path + "/current_clocksource", O_RDONLY | O_CLOEXEC)
    defer { close(fd) }
    try eventually("the lock is given up") { flock(fd, LOCK_SH | LOCK_NB) == 0 }
  }

  func eventually(_ what: String, _ condition: () -> Bool) throws {
    let end = Date(timeIntervalSinceNow: 20)
    while !condition() {
      guard Date() < end else { throw Timeout(what: "\(what): \(said) \(complained)") }
      usleep(500)
    }
  }

  /// Up to the last clocksource of the list.
  func switched() throws { try eventually("switched") { said.contains("on acpi_pm\n") } }

  /// Its guardian: the one child.
  func guardian() throws -> pid_t {
    let list = try String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
    return try #require(pid_t(list.trimmingCharacters(in: .whitespaces)))
  }
}

private struct Timeout: Error { let what: String }

@Suite struct ClocksourceSwitchTests {
  @Test func `each is used once, and the first is restored`() throws {
    let fixture = try SwitchRun("walk", in: SwitchRun.makeFolder())
    #expect(fixture.wait() == 0)
    #expect(fixture.said == "on tsc\non hpet\non acpi_pm\nthe clocksource is tsc again\n")
    #expect(fixture.complained == "")
    #expect(fixture.current == "tsc")
    try fixture.expectFree()
  }

  @Test func `where only one is available nothing is written`() throws {
    let folder = try SwitchRun.makeFolder("tsc \n")
    let before = try FileManager.default.attributesOfItem(atPath: folder.path + "/current_clocksource")
    let fixture = try SwitchRun("walk", in: folder)
    #expect(fixture.wait() == 0)
    #expect(fixture.said == "on tsc\nthe clocksource is still tsc\n")
    let after = try FileManager.default.attributesOfItem(atPath: folder.path + "/current_clocksource")
    #expect(before[.modificationDate] as? Date == after[.modificationDate] as? Date)
  }

  @Test(arguments: [SIGKILL, SIGSEGV, SIGQUIT, SIGHUP, SIGABRT, SIGBUS, SIGILL, SIGUSR1, SIGALRM])
  func `the guardian restores it when a signal ends the process`(signal: Int32) throws {
    let fixture = try SwitchRun("hold", in: SwitchRun.makeFolder())
    try fixture.switched()
    #expect(fixture.current == "acpi_pm")
    #expect(fixture.end(signal) == 128 + signal)
    try fixture.expectFree()
    #expect(fixture.current == "tsc")
    try fixture.eventually("said so") {
      fixture.complained.contains("ended before it was done; the clocksource is tsc again\n")
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal that asks for the end is answered in order`(signal: Int32) throws {
    let fixture = try SwitchRun("cycle", in: SwitchRun.makeFolder())
    try fixture.switched()
    #expect(fixture.end(signal) == 0)
    #expect(fixture.current == "tsc")
    #expect(fixture.said.contains("the clocksource is "))
    #expect(fixture.complained == "")
    try fixture.expectFree()
  }

  @Test(arguments: ["trap", "quick"]) func `a trap and a plain exit`(mode: String) throws {
    let fixture = try SwitchRun(mode, in: SwitchRun.makeFolder())
    let status = fixture.wait()
    #expect(mode == "quick" ? status == 0 : status > 128)
    try fixture.expectFree()
    #expect(fixture.said.contains("on acpi_pm\n"))
    #expect(fixture.current == "tsc")
  }

  @Test func `killed at any moment, a hundred times`() throws {
    let folder = try SwitchRun.makeFolder()
    var generator = SeededGenerator(seed: 7)
    var switched = 0
    for _ in 0..<100 {
      let fixture = try SwitchRun("cycle", in: folder)
      usleep(UInt32.random(in: 0...20_000, using: &generator))
      if fixture.current != "tsc" { switched += 1 }
      // 77: the guardian of the round before still had the lock.
      let status = fixture.end(SIGKILL)
      #expect(status == 128 + SIGKILL || status == 77)
      try fixture.expectFree()
      #expect(fixture.current == "tsc")
    }
    // Else nothing was tried.
    #expect(switched > 10)
  }

  @Test func `the whole process group killed`() throws {
    let fixture = try SwitchRun("hold", in: SwitchRun.makeFolder())
    try fixture.switched()
    let guardian = try fixture.guardian()
    #expect(getpgid(guardian) == guardian && getsid(guardian) == guardian)
    // What a terminal or a shell would send to the group reaches the guardian not at all, or blocked.
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP] { kill(guardian, signal) }
    fixture.end(SIGKILL)
    try fixture.expectFree()
    #expect(fixture.current == "tsc")
  }

  @Test func `without its guardian nothing more is written, and the process restores it itself`() throws {
    let fixture = try SwitchRun("hold", in: SwitchRun.makeFolder())
    try fixture.switched()
    let guardian = try fixture.guardian()
    kill(guardian, SIGKILL)
    try fixture.eventually("the guardian is dead") {
      (try? String(contentsOfFile: "/proc/\(guardian)/stat", encoding: .utf8))?.contains(") Z ") ?? true
    }
    fixture.type("x")
    #expect(fixture.wait() == 0)
    #expect(
      fixture.said == "on acpi_pm\nguardian died\nguardian died\nthe clocksource is tsc again\n")
    #expect(fixture.current == "tsc")
  }

  @Test func `a stopped process is ended when patience is over`() throws {
    let fixture = try SwitchRun("hold", ["300"], in: SwitchRun.makeFolder())
    try fixture.switched()
    kill(fixture.id, SIGSTOP)
    #expect(fixture.wait() == 128 + SIGKILL)
    try fixture.expectFree()
    #expect(fixture.current == "tsc")
    #expect(fixture.complained.contains("did not go on and was killed; the clocksource is tsc again\n"))
  }

  @Test func `a second switch at the same time is refused`() throws {
    let folder = try SwitchRun.makeFolder()
    let fixture = try SwitchRun("hold", in: folder)
    try fixture.switched()
    let second = try SwitchRun("walk", in: folder)
    #expect(second.wait() == 77)
    #expect(second.said == "refused: busy\n")
    #expect(fixture.current == "acpi_pm")
  }

  @Test func `somebody else's switch is not undone by a further one, but by the restoration`() throws {
    let fixture = try SwitchRun("hold", in: SwitchRun.makeFolder())
    try fixture.switched()
    _ = try fixture.folder.write("current_clocksource.new", "hpet\n")
    let handle = try #require(FileHandle(forWritingAtPath: fixture.folder.path + "/current_clocksource"))
    handle.write(Data("hpet\n".utf8))
    try handle.close()
    fixture.type("x")
    #expect(fixture.wait() == 0)
    #expect(fixture.said == "on acpi_pm\nchanged hpet\nchanged hpet\nthe clocksource is tsc again\n")
  }

  @Test func `a folder that is not there, and a file that may not be written`() throws {
    let empty = try ScratchFolder()
    let fixture = try SwitchRun("walk", in: empty)
    #expect(fixture.wait() == 77)
    #expect(fixture.said == "refused: No such file or directory\n")
  }

  /// A memory file that is sealed later: every write fails from then on, for root too.
  @Test func `a restoration that fails says what to type`() throws {
    let folder = try SwitchRun.makeFolder()
    let memory = try #require(sealable("tsc\n"))
    defer { close(memory) }
    let path = folder.path + "/current_clocksource"
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: "/proc/\(getpid())/fd/\(memory)")
    let fixture = try SwitchRun("hold", in: folder)
    try fixture.switched()
    // F_ADD_SEALS with F_SEAL_WRITE, linux/fcntl.h
    #expect(fcntl(memory, 1033, 8) == 0)
    fixture.type("x")
    #expect(fixture.wait() == 0)
    #expect(fixture.said.contains("refused tsc: Operation not permitted\n"))
    #expect(
      fixture.said.contains(
        """
        THE CLOCKSOURCE tsc COULD NOT BE RESTORED; it is acpi_pm; as root: \
        echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource
        """))
  }

  private func sealable(_ text: String) -> Int32? {
    typealias Create = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32
    guard let symbol = dlsym(nil, "memfd_create") else { return nil }
    // MFD_ALLOW_SEALING, linux/memfd.h
    let fd = unsafeBitCast(symbol, to: Create.self)("clocksource", 2)
    return fd >= 0 && write(fd, text, text.utf8.count) == text.utf8.count ? fd : nil
  }
}
