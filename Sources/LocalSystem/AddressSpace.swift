import Glibc

/// The memory that this process can still map: the system may limit it (RLIMIT_AS, `ulimit -v`).
enum AddressSpace {
  /// Without memory, threads are not started, libraries are not loaded, and Swift's runtime ends the program.
  ///
  /// - Throws: `TooLittleMemory`.
  static func check(isFree bytes: Int) throws(TooLittleMemory) {
    // Without access: it takes no memory of the machine.
    let place = mmap(nil, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
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
    "this program needs \(needed >> 20) MiB more address space than it is allowed to use"
  }
}
