import Glibc

/// The memory that this process can still map: the system may limit it (RLIMIT_AS, `ulimit -v`; RLIMIT_DATA, `ulimit -d`).
enum AddressSpace {
  /// Without memory, threads are not started, libraries are not loaded, and Swift's runtime ends the program.
  ///
  /// - Throws: `TooLittleMemory`.
  static func check(isFree bytes: Int) throws(TooLittleMemory) {
    // Writable, or RLIMIT_DATA would not count it. It is not used, and so takes no memory of the machine.
    let access = PROT_READ | PROT_WRITE
    let place = mmap(nil, bytes, access, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let place, place != MAP_FAILED else { throw TooLittleMemory(needed: bytes) }
    munmap(place, bytes)
  }
}

/// The system lets this process use less memory than is needed.
package struct TooLittleMemory: Error, Hashable {
  /// In bytes.
  package let needed: Int
}

extension TooLittleMemory: CustomStringConvertible {
  package var description: String {
    "this program needs \(needed >> 20) MiB more memory than it is allowed to use"
  }
}
