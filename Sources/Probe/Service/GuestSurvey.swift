import Synchronization

/// The way to a reference, for the survey to look at.
struct LinkQuestion: Sendable {
  var address: IPAddress
  var interface: String
  var isBound: Bool
  var source: IPAddress?
}

/// What a survey found; by way, in the order of the questions.
struct SurveyFindings {
  var guest: Guest
  var links: [LinkFacts?]
}

/// Looks at the guest in a thread of its own, because a long list of processes, a busy rtnetlink or a file system
/// that answers late must not hold up a query. The thread writes before it raises `isDone`, and nobody reads before that.
final class GuestSurvey: ThreadBody, @unchecked Sendable {
  private let questions: [LinkQuestion?]
  private let event: Event?
  private let done = Atomic<Bool>(false)
  private var findings: SurveyFindings?

  /// The measuring thread waits no longer for it. It has 2 to 3 ms to do.
  static let patience = Nanoseconds.milliseconds(50)

  init(_ questions: [LinkQuestion?]) {
    self.questions = questions
    event = try? Event()
    if event == nil || (try? Thread.start(self)) == nil { run() }
  }

  func run() {
    var guest = Guest.survey(.system())
    var links: [LinkFacts?] = []
    for question in questions {
      guard let question else {
        links.append(nil)
        continue
      }
      let facts = LinkFacts.of(
        question.address, interface: question.interface, isBound: question.isBound, source: question.source)
      if let code = facts.refused {
        guest.miss(
          "ethtool", code == 1 ? "not permitted" : "permission denied",
          "a seccomp profile that lets it through")
      }
      links.append(facts)
    }
    findings = SurveyFindings(guest: guest, links: links)
    done.store(true, ordering: .releasing)
    event?.post()
  }

  var isDone: Bool { done.load(ordering: .acquiring) }

  /// nil: it takes longer than `patience`.
  func wait() -> SurveyFindings? {
    if !isDone, let event {
      var poller = Poller()
      _ = poller.add(event.number)
      _ = try? poller.wait(Self.patience)
    }
    return isDone ? findings : nil
  }
}

extension Hello {
  /// What the survey found, or that it found nothing in time.
  mutating func add(_ findings: SurveyFindings?) {
    guard let findings else {
      var guest = Guest()
      guest.miss("guest", "the survey took too long", "files of /proc and /sys that answer")
      self.guest = guest
      return
    }
    guest = findings.guest
    for index in references.indices where index < findings.links.count {
      references[index].link = findings.links[index]
    }
  }
}
