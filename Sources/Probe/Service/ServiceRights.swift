/// What the service keeps of what it was started with. Before its second thread: rights are each thread's own.
enum ServiceRights {
  /// - Parameter made: files that this process made: they go to whom it becomes
  static func take(_ settings: ServiceSettings, _ log: ServiceLog, _ made: [[UInt8]]) {
    if settings.lockMemory.value {
      attempt("locked memory", "CAP_IPC_LOCK or LimitMEMLOCK=infinity", log, Rights.lockMemory)
    }
    if let priority = settings.realTime.value {
      attempt("real-time priority", "CAP_SYS_NICE or LimitRTPRIO=", log) { () throws(SystemError) in
        try Rights.setRealTime(priority)
      }
    }
    var user: UserNumbers?
    if Rights.isRoot, let wanted = settings.user.value {
      user = numbers(wanted)
      if user == nil {
        log.say(.error) { text in
          text.append("no user " as StaticString)
          text.append(wanted.user)
          text.append(" in /etc/passwd; it stays root, without its rights" as StaticString)
        }
      }
      if let user {
        var made = made
        if let spool = settings.spool.value {
          _ = FileNames.makeFolder(spool.folder)
          made.append(spool.folder)
        }
        for path in made { try? Rights.changeOwner(path, user) }
      }
    }
    attempt("giving up rights", "none", log) { () throws(SystemError) in
      try Rights.drop(to: user, keeping: needed(settings))
    }
  }

  /// Exactly what the configuration needs later than at the start.
  static func needed(_ settings: ServiceSettings) -> Capabilities {
    var needed: Capabilities = []
    if settings.references.contains(where: { $0.value.hardwareStamps }) { needed.insert(.netAdmin) }
    return needed
  }

  /// By name, or as numbers.
  static func numbers(_ wanted: UserSetting, _ files: FileWorld = .system()) -> UserNumbers? {
    let passwd = text("/etc/passwd", files)
    let found = UserFiles.user(wanted.user, in: passwd)
    let number = UserFiles.number(wanted.user[...])
    guard let user = found?.user ?? number else { return nil }
    guard let group = wanted.group else { return UserNumbers(user: user, group: found?.group ?? user) }
    return (UserFiles.group(group, in: text("/etc/group", files)) ?? UserFiles.number(group[...])).map {
      UserNumbers(user: user, group: $0)
    }
  }

  private static func text(_ path: StaticString, _ files: FileWorld) -> [UInt8] {
    guard case .bytes(let bytes) = files.read(path.ascii, 1 << 20) else { return [] }
    return bytes
  }

  private static func attempt(
    _ what: StaticString, _ right: StaticString, _ log: ServiceLog, _ body: () throws(SystemError) -> Void
  ) {
    do throws(SystemError) {
      try body()
    } catch {
      log.say(.warning) { text in
        text.append("no " as StaticString)
        text.append(what)
        text.append(": " as StaticString)
        text.append(SystemError.text(error.code))
        text.append("; it takes " as StaticString)
        text.append(right)
      }
    }
  }
}

extension Capabilities {
  /// Of those that a service may keep, the names.
  var words: [StaticString] { Self.names.filter { contains($0.one) }.map { $0.name } }
}
