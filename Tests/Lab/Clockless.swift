import Foundation

/// Keeps a time daemon of the lab from this machine's clock.
///
/// Taking CAP_SYS_TIME from the bounding set holds for whatever it starts as well, whatever its configuration
/// says: a mistake in a configuration must not step the machine that runs the tests. Without root nobody has
/// it.
enum Clockless {
  static func command(_ arguments: [String]) -> [String] {
    Right.isRoot ? ["setpriv", "--bounding-set", "-sys_time"] + arguments : arguments
  }
}

/// Runs `body` on a thread of its own and waits for it.
func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
  let box = ResultBox<T>()
  let done = DispatchSemaphore(value: 0)
  let thread = Thread {
    box.result = Result(catching: body)
    done.signal()
  }
  thread.start()
  done.wait()
  guard let result = box.result else { throw LabFailure("a thread ended without a result") }
  return try result.get()
}

/// The semaphore orders the one write before the one read.
private final class ResultBox<T: Sendable>: @unchecked Sendable {
  var result: Result<T, any Error>?
}
