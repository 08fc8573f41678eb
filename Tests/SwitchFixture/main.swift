import Glibc
import Probe

// What `--clocks --switch` does with the clocksource, on a folder of ordinary files and at once, to be killed at any
// moment:
//
//   SwitchFixture FOLDER walk|cycle|hold|trap|quick [PATIENCE_MS]
//
// Each switch that was made is a line on standard output.

func say(_ words: String) { _ = (words + "\n").withCString { write(1, $0, strlen($0)) } }

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func describe(_ refusal: ClocksourceRefusal) -> String {
  switch refusal {
  case .file(let error): "refused: \(SystemError.text(error.code))"
  case .busy: "refused: busy"
  case .firstProcess: "refused: first process"
  case .noGuardian(let error): "refused: no guardian: \(SystemError.text(error.code))"
  }
}

func describe(_ restoration: ClocksourceRestoration, _ first: [UInt8]) -> String {
  var words = ByteWriter()
  restoration.append(first: first, to: &words)
  return text(words.bytes)
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else { exit(64) }
let patience = arguments.count > 3 ? Int64(arguments[3]) ?? 0 : 600_000

Host.prepare()
let clocksource: ClocksourceSwitch
do {
  clocksource = try ClocksourceSwitch(folder: arguments[1], patienceForEach: .milliseconds(patience))
} catch {
  say(describe(error))
  exit(77)
}

@MainActor func use(_ name: [UInt8]) {
  do {
    try clocksource.use(name)
    say("on \(text(name))")
  } catch {
    switch error {
    case .refused(let why): say("refused \(text(name)): \(SystemError.text(why.code))")
    case .kept(let other): say("kept \(text(other))")
    case .changed(let other): say("changed \(text(other))")
    case .guardianDied: say("guardian died")
    }
  }
}

switch arguments[2] {
case "walk":
  for name in clocksource.available { use(name) }
  say(describe(clocksource.restore(), clocksource.first))
case "cycle":
  // As in the program, signals come while it waits.
  var pause = Poller()
  while !Host.wasInterrupted {
    for name in clocksource.available { use(name) }
    _ = try? pause.wait(.microseconds(100))
  }
  say(describe(clocksource.restore(), clocksource.first))
case "hold", "trap":
  use(clocksource.available.last ?? [])
  if arguments[2] == "trap" { fatalError("as asked") }
  // A byte lets it go on; a signal that does not end it is waited out.
  var byte: UInt8 = 0
  while read(0, &byte, 1) < 0 {}
  use(clocksource.first)
  use(clocksource.available.last ?? [])
  say(describe(clocksource.restore(), clocksource.first))
case "quick":
  // Ends without a word to the guardian.
  use(clocksource.available.last ?? [])
default: exit(64)
}
