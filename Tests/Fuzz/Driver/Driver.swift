/// What libFuzzer calls for each input. Set once, before the first input.
nonisolated(unsafe) private var check: (Span<UInt8>) -> Void = { _ in }

/// libFuzzer's loop for a program that has a `main` of its own, as every SwiftPM product has
/// (compiler-rt, FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Runs libFuzzer with the program's arguments. `body` calls `require`; the address
/// sanitizer sees a read past the input's end.
public func fuzz(_ body: @escaping (Span<UInt8>) -> Void) -> CInt {
  check = body
  var count = CommandLine.argc
  var arguments = CommandLine.unsafeArgv
  return runDriver(&count, &arguments) { start, length in
    check(UnsafeBufferPointer(start: start, count: length).span)
    return 0
  }
}

/// A precondition that says where it is in an optimised build too.
@inline(__always)
public func require(_ condition: Bool, file: StaticString = #fileID, line: UInt = #line) {
  if !condition { fatalError("an invariant does not hold", file: file, line: line) }
}
