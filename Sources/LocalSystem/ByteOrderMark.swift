extension [UInt8] {
  /// The byte order mark of UTF-8 that programs on Windows write at the beginning of a file; empty where there is none.
  package var byteOrderMark: [UInt8] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return starts(with: mark) ? mark : []
  }
}
