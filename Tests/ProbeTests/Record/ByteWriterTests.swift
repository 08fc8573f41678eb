import Testing

@testable import Probe

@Suite("ByteWriter")
struct ByteWriterTests {
  @Test(arguments: [
    (Int64(0), "0.000000000"), (1, "0.000000001"), (-1, "-0.000000001"), (1_000_000_000, "1.000000000"),
    (-1_500_000_000, "-1.500000000"), (.max, "9223372036.854775807"), (.min, "-9223372036.854775808"),
  ])
  func seconds(nanoseconds: Int64, expected: String) {
    #expect(Fixture.text { $0.append(seconds: nanoseconds) } == expected)
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00.000000000Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
    (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
    (.min, "1677-09-21T00:12:43.145224192Z"), (.max, "2262-04-11T23:47:16.854775807Z"),
  ])
  func rfc3339(nanoseconds: Int64, expected: String) {
    #expect(Fixture.text { $0.append(rfc3339: Instant(nanoseconds: nanoseconds)) } == expected)
  }

  @Test func numbers() {
    #expect(Fixture.text { $0.append(Int64.min) } == "-9223372036854775808")
    #expect(Fixture.text { $0.append(UInt64.max) } == "18446744073709551615")
    #expect(Fixture.text { $0.append(UInt64(7), digits: 3) } == "007")
    #expect(Fixture.text { $0.append(hex: 0x0a_f0, digits: 6) } == "000af0")
  }

  @Test(arguments: [-1, 0, 2, 3, 4, Int.max, Int.min])
  func cuttingAnywhereIsSafe(place: Int) {
    var writer = ByteWriter()
    writer.append("abc")
    writer.truncate(to: place)
    #expect(writer.count == min(3, max(0, place)))
    writer.removeAll()
    writer.append("abc")
    writer.removeFirst(place)
    #expect(writer.count == 3 - min(3, max(0, place)))
  }

  /// The buffers stay where they are once they have held the longest record: nothing is allocated after.
  @Test func noAllocationOnceGrown() {
    var any = AnyRecord(seed: 6)
    let origin = Origin(probe: "a \"name\"\n with escapes", run: (1, 2))
    let samples = (0..<500).map { _ in any.sample() }
    let losses = (0..<500).map { _ in any.loss() }
    var writer = ByteWriter(capacity: 16)
    func writeAll() -> [UnsafeRawPointer?] {
      var places: Set<UnsafeRawPointer?> = []
      for (sample, loss) in zip(samples, losses) {
        writer.removeAll()
        writer.json(sample, origin, Fixture.gps1)
        writer.json(loss, origin, Fixture.gps1)
        writer.csv(sample, Fixture.gps1)
        writer.rawstats(sample, Fixture.gps1)
        writer.bytes.withUnsafeBytes { _ = places.insert($0.baseAddress) }
        writer.scratch.withUnsafeBytes { _ = places.insert($0.baseAddress) }
      }
      return Array(places)
    }
    #expect(writer.bytes.capacity < 200)
    _ = writeAll()
    let capacity = (writer.bytes.capacity, writer.scratch.capacity)
    #expect(writeAll().count == 2)
    #expect((writer.bytes.capacity, writer.scratch.capacity) == capacity)
  }
}
