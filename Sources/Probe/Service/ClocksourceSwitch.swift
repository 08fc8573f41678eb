/// Why no clocksource can be switched; nothing was changed.
public enum ClocksourceRefusal: Error, Sendable {
  /// The file of the kernel is not there, is read-only, or the right is missing.
  case file(SystemError)
  /// Another process is at it.
  case busy
  /// This is the first process of its PID namespace: when it dies, the kernel kills its guardian too.
  case firstProcess
  case noGuardian(SystemError)
}

/// Why one switch failed.
public enum ClocksourceTrouble: Error, Sendable {
  /// The kernel said no, or said yes and kept another.
  case refused(SystemError)
  case kept([UInt8])
  /// Somebody else switched meanwhile; nothing more may be written.
  case changed(to: [UInt8])
  case guardianDied

  /// Whether other clocksources may be tried.
  public var isFinal: Bool {
    switch self {
    case .refused, .kept: false
    case .changed, .guardianDied: true
    }
  }
}

/// The right to switch the clocksource, for as long as this object lives. Whatever ends this process, the first one is put
/// back: by `restore`, else by the guardian, which is there before anything can be written.
public final class ClocksourceSwitch {
  /// In use at the beginning.
  public let first: [UInt8]
  /// In the kernel's order.
  public let available: [[UInt8]]
  private let control: ClocksourceControl
  private var guardian: ChildProcess
  private var expected: [UInt8]

  /// Before any thread is started. Past `patience`, for each clocksource and once more, the guardian ends this process.
  public init(
    folder: String = ClocksourceFile.folder, patienceForEach patience: Nanoseconds
  ) throws(ClocksourceRefusal) {
    guard !Host.isFirstProcess else { throw .firstProcess }
    let control: ClocksourceControl
    let first: [UInt8]
    let isLocked: Bool
    do throws(SystemError) {
      control = try ClocksourceControl(folder: folder)
      isLocked = try control.lock()
      // Under the lock: else it might be what another switch is trying.
      first = try control.current()
      available = try control.available()
    } catch {
      throw .file(error)
    }
    guard isLocked else { throw .busy }
    let whole = patience.scaled(by: Int64(available.count + 1))
    do throws(SystemError) {
      guardian = try ChildProcess.start(named: "timeprobe-guard") { line in
        ClocksourceGuardian.run(control, first, line, patience: whole)
      }
    } catch {
      throw .noGuardian(error)
    }
    self.control = control
    self.first = first
    expected = first
    Host.refuseStop()
  }

  /// Makes it the kernel's clocksource, and sees that it is.
  public func use(_ name: [UInt8]) throws(ClocksourceTrouble) {
    guard guardian.isAlive() else { throw .guardianDied }
    let found: [UInt8]
    do throws(SystemError) { found = try control.current() } catch { throw .refused(error) }
    guard found == expected else { throw .changed(to: found) }
    if name == expected { return }
    do throws(SystemError) { try control.ask(for: name) } catch { throw .refused(error) }
    guard let now = try? control.current() else { return }
    expected = now
    if now != name { throw .kept(now) }
  }

  /// Has the guardian put the first one back, and sees that it did.
  public func restore() -> ClocksourceRestoration {
    let wasSwitched = (try? control.current()).map { $0 != first } ?? true
    _ = guardian.finish()
    // Where the guardian did its work, this finds nothing to do.
    let result = control.restore(first)
    return result == .unchanged && wasSwitched ? .restored : result
  }
}
