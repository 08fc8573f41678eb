/// One input on its way: the line that comes next, already made into what it says.
final class ReplayInput {
  let name: String
  private let file: LineFile
  private(set) var facts: ReplayInputFacts
  private(set) var head: ReplayItem?
  /// Where `head` stands.
  private(set) var line: UInt64 = 0
  private var isOver = false
  private var wasReadTo = false

  init(_ path: String?) throws(SystemError) {
    name = path ?? Self.standardInput
    file = try LineFile(path: path)
    facts = ReplayInputFacts(name: name)
  }

  static let standardInput = "standard input"

  func isSame(as path: String) -> Bool { file.isSame(as: path) }

  /// Reads on to the next line that says something; then `head` is nil at the end.
  @_optimize(speed)
  func advance(_ reader: inout ReplayReader, _ complain: (ReplayProblem) -> Void) {
    head = nil
    while !isOver {
      var found: (line: LineFile.Line, item: Result<ReplayItem?, LineProblem>)
      do throws(SystemError) {
        found = try file.next { line, text in
          guard case .line(let hasEnd) = line else { return (line, .success(nil)) }
          return (line, reader.read(text, hasEnd: hasEnd))
        }
      } catch {
        isOver = true
        complain(ReplayProblem(problem: .unreadable, input: name, line: 0, code: error.code))
        return
      }
      switch found.line {
      case .end:
        isOver = true
        judge(complain)
        return
      case .tooLong:
        facts.lines += 1
        complain(ReplayProblem(problem: .tooLong, input: name, line: facts.lines))
        continue
      case .line: facts.lines += 1
      }
      switch found.item {
      case .failure(let problem): complain(ReplayProblem(problem: problem, input: name, line: facts.lines))
      case .success(nil): continue
      case .success(let item):
        head = item
        line = facts.lines
        wasReadTo = true
        return
      }
    }
  }

  /// `head` was used.
  func count() { facts.used += 1 }

  private func judge(_ complain: (ReplayProblem) -> Void) {
    if facts.lines == 0 {
      complain(ReplayProblem(problem: .empty, input: name, line: 0))
    } else if !wasReadTo {
      complain(ReplayProblem(problem: .otherFile, input: name, line: 0))
    }
  }
}
