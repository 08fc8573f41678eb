import CShim

/// What this process was started with and on.
public enum Host {
  /// The arguments after the program's name, as bytes: they need not be UTF-8.
  public static var arguments: [[UInt8]] {
    (1..<max(1, tp_argument_count())).compactMap { index in
      tp_argument(index).map { bytes(of: $0) }
    }
  }

  private static func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
    var bytes: [UInt8] = []
    while text[bytes.count] != 0 { bytes.append(UInt8(bitPattern: text[bytes.count])) }
    return bytes
  }

  public static func exit(_ status: Int32) -> Never { tp_exit(status) }

  public static func variable(_ name: String) -> String? {
    name.withCString { tp_environment($0) }.map { String(cString: $0) }
  }

  /// As it is: nobody promises UTF-8.
  public static func variable(_ name: [UInt8]) -> [UInt8]? {
    FileWorld.withPath(name) { tp_environment($0) }.map { bytes(of: $0) }
  }

  public static var name: String { text(tp_host_name) ?? "localhost" }
  public static var kernel: String { text(tp_kernel_release) ?? "unknown" }

  /// nil where /sys does not tell.
  public static var clocksource: String? {
    firstLine(of: "/sys/devices/system/clocksource/clocksource0/current_clocksource")
  }

  private static func text(_ call: (UnsafeMutablePointer<CChar>, Int64) -> Int32) -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let result = buffer.withUnsafeMutableBufferPointer { call($0.baseAddress!, 256) }
    guard result >= 0 else { return nil }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  static func firstLine(of path: String) -> String? {
    guard let file = try? Descriptor("open", opened: path.withCString { tp_open($0, tp_open_read) }) else {
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = bytes.withUnsafeMutableBytes { tp_read(file.number, $0.baseAddress!, Int64($0.count)) }
    guard count > 0 else { return nil }
    let line = bytes[..<Int(count)].prefix { $0 != 10 }
    return String(decoding: line, as: UTF8.self)
  }

  public static func isTerminal(_ descriptor: Int32) -> Bool { tp_is_terminal(descriptor) == 1 }

  /// SIGINT and SIGTERM are counted from here on and wake every wait; SIGPIPE is an error of the write.
  public static func prepare() {
    tp_occupy_standard_descriptors()
    tp_share_heap()
    _ = tp_signals_install()
    _ = tp_set_timer_slack()
  }

  /// Of its PID namespace: with it the kernel ends all others there (pid_namespaces(7)).
  public static var isFirstProcess: Bool { tp_process() == 1 }

  public static var process: Int64 { Int64(tp_process()) }

  /// SIGHUP is counted from here on.
  public static func countHangups() { _ = tp_hangups_install() }

  public static var hangups: Int32 { tp_hangups_seen() }

  /// From here on Ctrl-Z does nothing.
  public static func refuseStop() { _ = tp_refuse_stop() }

  public static var wasInterrupted: Bool { tp_signals_seen() > 0 }

  /// How often somebody continued this process after it was stopped.
  public static var continues: Int32 { tp_continues_seen() }
}
