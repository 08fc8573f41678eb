import CShim

/// Capabilities (capabilities(7)) as a set, a bit each by their numbers.
public struct Capabilities: OptionSet, Equatable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let netBindService = Capabilities(rawValue: 1 << 10)
  public static let netAdmin = Capabilities(rawValue: 1 << 12)
  public static let ipcLock = Capabilities(rawValue: 1 << 14)
  public static let sysNice = Capabilities(rawValue: 1 << 23)
  /// Never kept: with it one sets the clock.
  public static let sysTime = Capabilities(rawValue: 1 << 25)

  /// Those that a service of ours may keep, with their names.
  public static let names: [(one: Capabilities, name: StaticString)] = [
    (.netBindService, "CAP_NET_BIND_SERVICE"), (.netAdmin, "CAP_NET_ADMIN"), (.ipcLock, "CAP_IPC_LOCK"),
    (.sysNice, "CAP_SYS_NICE"), (.sysTime, "CAP_SYS_TIME"),
  ]
}

/// Who a process is, by number.
public struct UserNumbers: Equatable, Sendable {
  public var user: UInt32
  public var group: UInt32

  public init(user: UInt32, group: UInt32) {
    self.user = user
    self.group = group
  }
}

/// What this process may do, and giving it up. Of the whole process: before its second thread.
public enum Rights {
  public static var isRoot: Bool { tp_effective_user() == 0 }
  public static var user: UInt32 { tp_effective_user() }

  public static var held: Capabilities { Capabilities(rawValue: tp_capabilities()) }

  /// Becomes `user`, keeps these and nothing else for good, and so does whatever it starts (no_new_privs).
  /// - Parameter user: nil: stays who it is
  public static func drop(to user: UserNumbers?, keeping: Capabilities) throws(SystemError) {
    let result = tp_drop_rights(
      user == nil ? 0 : 1, user?.user ?? 0, user?.group ?? 0, keeping.subtracting(.sysTime).rawValue)
    _ = try SystemError.check("capset", result)
  }

  public static func changeOwner(_ path: [UInt8], _ user: UserNumbers) throws(SystemError) {
    let result = FileWorld.withPath(path) { tp_change_owner($0, user.user, user.group) }
    _ = try SystemError.check("chown", result)
  }

  /// SCHED_FIFO for the calling thread alone.
  public static func setRealTime(_ priority: Int32) throws(SystemError) {
    _ = try SystemError.check("sched_setscheduler", tp_set_real_time(priority))
  }

  public static func lockMemory() throws(SystemError) {
    _ = try SystemError.check("mlockall", tp_lock_memory())
  }
}
