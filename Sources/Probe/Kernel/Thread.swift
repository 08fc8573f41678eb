import CShim

/// A flag that one thread raises and another can wait for among its descriptors.
public final class Event: @unchecked Sendable {
  private let descriptor: Descriptor

  public init() throws(SystemError) { descriptor = try Descriptor("eventfd", opened: tp_event_open()) }

  public var number: Int32 { descriptor.number }

  public func post() { _ = tp_event_post(number) }

  /// It is down again, whether it was raised or not.
  public func take() {
    var count: UInt64 = 0
    _ = tp_read(number, &count, 8)
  }
}

/// What a thread of its own does.
public protocol ThreadBody: AnyObject, Sendable {
  func run()
}

public enum Thread {
  public static func start(_ body: some ThreadBody, stack: Int64 = 128 * 1024) throws(SystemError) {
    let context = Unmanaged.passRetained(ThreadContext { body.run() })
    let result = tp_thread_start(
      { context in Unmanaged<ThreadContext>.fromOpaque(context).takeRetainedValue().run() },
      context.toOpaque(), stack)
    guard result < 0 else { return }
    context.release()
    throw SystemError("pthread_create", -result)
  }
}

private final class ThreadContext {
  let run: () -> Void

  init(_ run: @escaping () -> Void) { self.run = run }
}
