/// The small process that puts the first clocksource back when the measuring one is done, or is no more.
///
/// It holds the lock on the kernel's file as well, so that no other switch begins before it is done.
enum ClocksourceGuardian {
  /// After SIGKILL, for what the parent was in the middle of.
  private static let dying = Nanoseconds.seconds(2)

  /// Exit statuses, beside a signal's.
  enum Report: Int32 {
    case unchanged = 0
    case restored = 1
    case failed = 2
  }

  /// Until the parent says that it is done, or dies; where it does neither within `patience` it hangs or is stopped, and
  /// is killed.
  static func run(
    _ control: ClocksourceControl, _ first: [UInt8], _ parent: ParentLine, patience: Nanoseconds
  ) -> Int32 {
    let word = parent.wait(patience)
    if word == .silence {
      parent.endParent()
      _ = parent.wait(dying)
    }
    let restoration = control.restore(first)
    // While the parent lives it tells the outcome.
    if word != .done { report(word, restoration, first) }
    switch restoration {
    case .unchanged: return Report.unchanged.rawValue
    case .restored: return Report.restored.rawValue
    case .failed: return Report.failed.rawValue
    }
  }

  private static func report(_ word: ParentLine.Word, _ restoration: ClocksourceRestoration, _ first: [UInt8])
  {
    var text = ByteWriter()
    text.append("timeprobe: the measuring process " as StaticString)
    text.append(
      word == .silence ? "did not go on and was killed; " as StaticString : "ended before it was done; ")
    restoration.append(first: first, to: &text)
    text.append(byte: 0x0a)
    var written = 0
    text.bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
      try? OutputFile.standardError().write(bytes, waiting: true, written: &written)
    }
  }
}
