import Glibc
import Testing

@testable import Probe

@Suite struct SinkTests {
  private func line(_ number: Int, length: Int = 100) -> ByteWriter {
    var writer = ByteWriter()
    let digits = Array("\(number)".utf8)
    for byte in digits { writer.append(byte: byte) }
    for _ in digits.count..<length - 1 { writer.append(byte: UInt8(ascii: "x")) }
    writer.append(byte: 10)
    return writer
  }

  private func lines(_ bytes: [UInt8]) -> Int { bytes.count { $0 == 10 } }

  @Test func whatGoesOutIsWhatWasPushed() throws {
    let pipe = try PipeEnds()
    let sink = Sink(pipe.file)
    #expect(sink.isEmpty)
    var expected: [UInt8] = []
    for number in 0..<20 {
      #expect(sink.push(line(number)))
      expected += line(number).bytes
    }
    #expect(sink.count == expected.count && sink.written == 0 && sink.offered == 20)
    sink.flush()
    #expect(pipe.read() == expected)
    #expect(sink.isEmpty && sink.written == 20 && sink.failure == nil)
  }

  /// Nobody reads: flush() comes back, and push() says when there is no room. Every line is written or refused, and
  /// `written` counts whole lines only, wherever the pipe cut one.
  @Test func aReaderThatNeverReadsBlocksNobody() throws {
    let pipe = try PipeEnds()
    let sink = Sink(pipe.file)
    var refused: UInt64 = 0
    var got: [UInt8] = []
    for number in 0..<6000 {
      // Of lengths that no pipe's page is a multiple of.
      if !sink.push(line(number, length: 97 + number % 7)) { refused += 1 }
      sink.flush()
      #expect(sink.count <= Sink.capacity)
    }
    #expect(refused > 0 && sink.failure == nil)
    while true {
      // A slow reader: bits of any size, so that every cut comes.
      let piece = pipe.read(5003)
      if piece.isEmpty && sink.isEmpty { break }
      got += piece
      sink.flush()
      // What went out but is still in the pipe counts as written.
      #expect(sink.written >= UInt64(lines(got)))
    }
    #expect(sink.offered == 6000 && sink.written == 6000 - refused)
    #expect(lines(got) == Int(sink.written) && got.last == 10)
  }

  /// The room is counted in bytes that wait, not in bytes that ever waited.
  @Test func roomComesBack() throws {
    let pipe = try PipeEnds()
    let sink = Sink(pipe.file)
    for number in 0..<20_000 {
      #expect(sink.push(line(number)))
      if number % 50 == 0 {
        sink.flush()
        _ = pipe.read()
      }
    }
  }

  @Test func aFullDiskIsToldAndCounted() throws {
    let sink = Sink(try OutputFile(path: "/dev/full"))
    for number in 0..<5 { #expect(sink.push(line(number))) }
    sink.flush()
    #expect(sink.failure == SystemError("write", ENOSPC))
    #expect(sink.failure?.call.description == "write")
    #expect(!sink.push(line(5)))
    sink.finish()
    #expect(sink.offered == 6 && sink.written == 0 && sink.isEmpty)
  }

  /// The reader goes away in the middle: what it got whole is counted, the line that was cut is not.
  @Test func aLineThatWasCutIsNotWritten() throws {
    let pipe = try PipeEnds()
    let sink = Sink(pipe.file)
    for number in 0..<2000 { #expect(sink.push(line(number, length: 101))) }
    sink.flush()
    let got = pipe.read()
    #expect(got.count % 101 != 0)
    pipe.closeReader()
    sink.flush()
    #expect(sink.failure == SystemError("write", EPIPE))
    #expect(sink.written == UInt64(lines(got)) && sink.isEmpty)
  }
}
