import Glibc
import Testing

@testable import Probe

/// Both ends of a pipe; what a test leaves open is closed with it.
final class PipeEnds {
  private(set) var reader: Int32
  let file: OutputFile

  init() throws {
    // A reader that went away must be an error of the write, as Host.prepare() has it.
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemError("pipe", errno) }
    reader = ends[0]
    // By its path in /proc, which opens the same pipe anew: OutputFile owns what it opens.
    file = try OutputFile(path: "/proc/self/fd/\(ends[1])")
    close(ends[1])
  }

  deinit { closeReader() }

  func closeReader() {
    if reader >= 0 { close(reader) }
    reader = -1
  }

  /// At most `count` bytes of what is there.
  func read(_ count: Int = 1 << 20) -> [UInt8] {
    var waiting: Int32 = 0
    guard ioctl(reader, UInt(FIONREAD), &waiting) == 0, waiting > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: min(count, Int(waiting)))
    let result = Glibc.read(reader, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, result)))
  }
}

@Suite struct OutputFileTests {
  private func write(
    _ file: OutputFile, _ count: Int, waiting: Bool
  ) -> (written: Int, failure: SystemError?) {
    var written = -1
    let bytes = [UInt8](repeating: 120, count: count)
    var failure: SystemError?
    bytes.withUnsafeBytes { (buffer: UnsafeRawBufferPointer) in
      do throws(SystemError) {
        try file.write(buffer, waiting: waiting, written: &written)
      } catch {
        failure = error
      }
    }
    return (written, failure)
  }

  /// What fits goes out, the rest stays, and the call comes back.
  @Test func aPipeThatNobodyReadsTakesWhatFits() throws {
    let pipe = try PipeEnds()
    let (first, failure) = write(pipe.file, 1 << 20, waiting: false)
    #expect(failure == nil && first > 0 && first < 1 << 20)
    #expect(write(pipe.file, 100, waiting: false).written == 0)
    #expect(pipe.read().count == first)
    #expect(write(pipe.file, 100, waiting: false).written == 100)
  }

  @Test func aReaderThatWentAwayIsAnError() throws {
    let pipe = try PipeEnds()
    pipe.closeReader()
    for waiting in [false, true] {
      let (written, failure) = write(pipe.file, 100, waiting: waiting)
      #expect(written == 0 && failure == SystemError("write", SystemError.brokenPipe))
    }
  }

  @Test func aFullDiskIsAnError() throws {
    let file = try OutputFile(path: "/dev/full")
    for waiting in [false, true] {
      let (written, failure) = write(file, 100, waiting: waiting)
      #expect(written == 0 && failure == SystemError("write", ENOSPC))
    }
  }

  @Test func whatCannotBeOpenedIsAnError() {
    #expect(throws: SystemError("open", ENOENT)) { _ = try OutputFile(path: "/nowhere/at/all") }
    #expect(throws: SystemError("open", EISDIR)) { _ = try OutputFile(path: "/") }
  }
}
