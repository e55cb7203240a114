import Glibc
import LocalSystem

/// An IPv4 or IPv6 address: 4 or 16 bytes.
struct IPAddress: Hashable, Sendable {
  let bytes: [UInt8]

  /// Nil if the text is a name, not an address.
  init?(_ text: String) {
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      bytes = withUnsafeBytes(of: v4) { Array($0) }
    } else if inet_pton(AF_INET6, text, &v6) == 1 {
      let all = withUnsafeBytes(of: v6) { Array($0) }
      // ::ffff:10.0.0.1 is 10.0.0.1.
      let isMapped = all.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
      bytes = isMapped ? Array(all[12...]) : all
    } else {
      return nil
    }
  }

  /// 127.0.0.0/8 or ::1.
  var isLoopback: Bool { bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1] }

  /// All addresses of a name; none if it cannot be resolved in time. The system's resolver cannot be interrupted, so it runs
  /// on a thread of its own, and what it finds too late is not used.
  static func resolve(_ name: String, within timeout: Duration) async -> [IPAddress] {
    (try? await lookUp(name, within: timeout)) ?? []
  }

  /// The same; an error says why there is none.
  static func lookUp(_ name: String, within timeout: Duration) async throws(NameLookupError) -> [IPAddress] {
    let (answers, continuation) = AsyncStream.makeStream(of: Result<[IPAddress], NameLookupError>.self)
    do { try DetachedThread.start { continuation.yield(lookUp(name)) } } catch { throw .failed("\(error)") }
    let clock = Task {
      try await Task.sleep(for: timeout)
      continuation.finish()
    }
    defer { clock.cancel() }
    guard let answer = await answers.first(where: { _ in true }) else { throw .timedOut }
    return try answer.get()
  }

  /// The same, however long it takes.
  private static func lookUp(_ name: String) -> Result<[IPAddress], NameLookupError> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(name, nil, &hints, &first)
    guard code == 0 else { return .failure(.failed(String(cString: gai_strerror(code)))) }
    defer { freeaddrinfo(first) }
    return .success(sequence(first: first, next: { $0?.pointee.ai_next }).compactMap { $0?.pointee.address })
  }
}

extension IPAddress: CustomStringConvertible {
  var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    _ = inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension addrinfo {
  fileprivate var address: IPAddress? {
    guard let ai_addr else { return nil }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard getnameinfo(ai_addr, ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
      return nil
    }
    // A link-local address is followed by a percent sign and its interface.
    let end = text.firstIndex { $0 == 0 || $0 == CChar(bitPattern: UInt8(ascii: "%")) } ?? text.count
    return IPAddress(String(decoding: text[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}

/// The addresses that begin with the same bits: `10.0.0.0/8`.
struct AddressRange: Hashable, Sendable {
  private let base: IPAddress
  private let bits: Int

  /// Nil if the text is not an address, a slash and a number of bits.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let base = IPAddress(String(parts[0])), let bits = Int(parts[1]),
      (0...128).contains(bits)
    else { return nil }
    // An IPv4 address written as IPv6 (::ffff:10.0.0.0/104) has a prefix of 96 bits.
    let prefix = base.bytes.count == 4 && parts[0].contains(":") ? 96 : 0
    guard (0...base.bytes.count * 8).contains(bits - prefix) else { return nil }
    self.base = base
    self.bits = bits - prefix
  }

  func contains(_ address: IPAddress) -> Bool {
    address.bytes.count == base.bytes.count
      && (0..<bits).allSatisfy { bit in
        (address.bytes[bit / 8] ^ base.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
      }
  }
}
