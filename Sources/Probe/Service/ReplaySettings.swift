/// `timeprobe --replay`.
public struct ReplaySettings: Sendable {
  /// In the order given; nil is standard input.
  public var inputs: [String?] = []
  /// The limits and the output, as of a burst.
  public var burst = BurstSettings()

  public init() {}
}

/// One thing that is wrong with an input.
public struct ReplayProblem: Sendable {
  public var problem: LineProblem
  /// The file as it was given.
  public var input: String
  /// Counted from 1; 0: it is the whole file.
  public var line: UInt64
  /// errno of the call that failed; 0: none did.
  public var code: Int32 = 0
}
