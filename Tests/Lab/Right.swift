import Foundation
import Testing

/// What this run of the tests may do.
///
/// As root nothing is left out for want of a right. Without root the tests that need namespaces are left out
/// by name. A missing tool is a failure under CI=true, where `make deps` must have fetched it, and else a
/// named skip.
enum Right {
  static let isRoot = geteuid() == 0
  static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

  /// On which processors this process may run, in order (taskset(1)).
  static let processors: [Int] = {
    let said = (try? Child.check(["taskset", "-pc", "\(getpid())"])) ?? ""
    let list = said.split(separator: ":").last?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    return list.split(separator: ",").flatMap { part in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      return ends.isEmpty ? [] : Array(ends[0]...ends[ends.count - 1])
    }
  }()

  /// Whether a test that needs these programs shall run, if only to fail.
  static func mayRun(with tools: [Tool]) -> Bool { isCI || tools.allSatisfy(\.isThere) }
}

extension Trait where Self == ConditionTrait {
  /// Network namespaces and veth pairs need CAP_SYS_ADMIN and CAP_NET_ADMIN.
  static var needsRoot: Self { .enabled(if: Right.isRoot, "needs root for network namespaces") }

  static func needs(_ tools: Tool...) -> Self {
    .enabled(
      if: Right.mayRun(with: tools),
      "missing: \(tools.filter { !$0.isThere }.map(\.rawValue).joined(separator: ", ")); see make deps"
    )
  }

  /// The shipped binary, once `make static` has built it.
  static var needsTimeprobe: Self {
    .enabled(if: Right.isCI || Timeprobe.path != nil, "no timeprobe binary; see make static")
  }
}
