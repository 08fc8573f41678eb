/// The whole program behind `main`; returns the exit status of DESIGN's table.
public func timeprobeMain() -> Int32 { 0 }
