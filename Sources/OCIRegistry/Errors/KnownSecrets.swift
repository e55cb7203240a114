import DockerConfig
import FoundationEssentials
import HTTP
import OCI
import Synchronization

/// The secrets of one run. A server may repeat what it was sent, so everything that is printed loses them first, in one
/// place, after the text is made.
///
/// The secrets are learned from the requests themselves. The stored credential is added before: an earlier run may have sent it
/// to a server that repeats it in its first answer. Those of a proxy are added when the proxy is used.
package final class KnownSecrets: Sendable {
  private let known = Mutex<[String: SecretPattern]>([:])
  /// Tokens, which a server can change with each response: only the last ones are kept.
  private let tokens = Mutex<[(token: String, patterns: [SecretPattern])]>([])

  /// In characters. A shorter secret could be a part of any name, and would make messages unreadable.
  static let leastLength = 6
  /// In characters. A user name of this length may be an access token, which some registries accept as the name as well.
  static let leastTokenLength = 24

  /// Of all tokens together, in bytes. A pattern takes ten times as much.
  static let tokenLimit = 512 << 10

  package init() {}

  /// Adds the user name, if it is as long as a token, and the password.
  package func add(username: String, password: String) {
    add(Data("\(username):\(password)".utf8).base64EncodedString())
    add(password)
    if username.count >= Self.leastTokenLength { add(username) }
  }

  /// Adds the password of a word on the command line, such as `https://NAME:PASSWORD@HOST/…`: messages quote such words.
  package func add(word: String) {
    guard let userInfo = word.userInfo.map({ word[$0] }) else { return }
    let (username, rest) = (userInfo.prefix { $0 != ":" }, userInfo.drop { $0 != ":" })
    // KEY=mailto:NAME@HOST: an address in an annotation, and no password.
    if username.contains("=") { return }
    add(username: String(username), password: String(rest.dropFirst()))
  }

  package func add(_ proxy: Proxy?) {
    guard let credential = proxy?.credential else { return }
    add(username: credential.username, password: credential.password)
  }

  func add(_ credential: Credential) {
    switch credential {
    case .anonymous: break
    case .basic(let username, let password): add(username: username, password: password.revealed)
    case .identityToken(let token): add(token.revealed)
    case .registryToken(let token): add(token: token.revealed)
    }
  }

  func add(_ secret: String) {
    guard secret.isLongEnough else { return }
    known.withLock { known in
      guard known[secret] == nil else { return }
      for form in Self.forms(of: secret) { known[form] = SecretPattern(Array(form.utf8)) }
    }
  }

  /// Of all tokens that are kept, in bytes.
  var tokenSize: Int { tokens.withLock { $0.reduce(0) { $0 + $1.token.utf8.count } } }

  /// A token is long, and has no characters that need another form.
  func add(token: String) {
    guard token.isLongEnough else { return }
    tokens.withLock { tokens in
      if tokens.last?.token == token { return }
      let index = tokens.firstIndex { $0.token == token }
      let unpadded = String(token.reversed().drop { $0 == "=" }.reversed())
      let forms = Set([token, unpadded]).filter(\.isLongEnough)
      tokens.append(
        index.map { tokens.remove(at: $0) } ?? (token, forms.compactMap { SecretPattern(Array($0.utf8)) })
      )
      var size = tokens.reduce(0) { $0 + $1.token.utf8.count }
      while size > Self.tokenLimit, tokens.count > 1 { size -= tokens.removeFirst().token.utf8.count }
    }
  }

  /// In which a secret may be repeated, beside the escapes that `UnescapedText` knows: in Base64, with spaces as plus signs,
  /// and with newlines as spaces, as in the messages of this program. The equals signs at the end of Base64 may be missing.
  private static func forms(of secret: String) -> Set<String> {
    let padded = Data(secret.utf8).base64EncodedString()
    let base64 = String(padded.prefix { $0 != "=" })
    let forms: Set = [
      secret,
      secret.replacing(" ", with: "+"),
      String(secret.map { $0.isNewline ? " " : $0 }),
      String(secret.reversed().drop { $0 == "=" }.reversed()),
      padded,
      base64,
      base64.replacing("+", with: "-").replacing("/", with: "_"),
    ]
    return forms.filter(\.isLongEnough)
  }

  /// The text with `***` in place of every secret, also of a part of one where the text was cut (`…`). Takes a time that is
  /// proportional to the length of the text.
  package func redacting(_ text: String) -> String {
    let patterns = known.withLock { Array($0.values) } + tokens.withLock { $0.flatMap(\.patterns) }
    guard !patterns.isEmpty else { return text }
    // Bytes: a combining character after a secret would hide it from a comparison of characters.
    let bytes = Array(text.utf8)
    var found = Self.matches(of: patterns, in: bytes)
    if UnescapedText.isEscaped(bytes) {
      let plain = UnescapedText(bytes)
      found += Self.matches(of: patterns, in: plain.bytes).map { match in
        plain.origins[match.lowerBound].lowerBound..<plain.origins[match.upperBound - 1].upperBound
      }
    }
    return String(decoding: Self.replacing(found, in: bytes), as: UTF8.self)
  }

  private static func matches(of patterns: [SecretPattern], in text: [UInt8]) -> [Range<Int>] {
    let cuts = text.indices.filter { text[$0...].starts(with: UnescapedText.cutMark) }
      .map { $0..<$0 + UnescapedText.cutMark.count }
    return patterns.flatMap { $0.matches(in: text, cuts: cuts, leastLength: leastLength) }
  }

  private static func replacing(_ found: [Range<Int>], in text: [UInt8]) -> [UInt8] {
    var shown: [UInt8] = []
    var end = 0
    for match in found.sorted(by: { $0.lowerBound < $1.lowerBound }) where match.upperBound > end {
      if match.lowerBound >= end {
        shown += text[end..<match.lowerBound]
        shown += Array("***".utf8)
      }
      end = match.upperBound
    }
    return shown + text[end...]
  }
}

extension KnownSecrets {
  /// Adds what a request sends to prove who the user is: its `Authorization`, and the refresh token or password in the form
  /// of a token request.
  func add(from request: HTTPRequest) {
    if let value = request.fields["Authorization"] { add(authorization: value) }
    guard request.method == .post, let body = request.body.bytes, !body.isEmpty else { return }
    for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, ["refresh_token", "password"].contains(parts[0]) else { continue }
      add(String(parts[1]))
      add(String(parts[1]).percentDecoded)
    }
  }

  private func add(authorization value: String) {
    // Scalars: a combining character would hide the space or the colon before it.
    let parts = value.unicodeScalars.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return }
    let isBasic = String(parts[0]).lowercased() == "basic"
    if isBasic { add(String(parts[1])) } else { add(token: String(parts[1])) }
    guard isBasic, let data = Data(base64Encoded: String(parts[1])) else { return }
    let pair = String(decoding: data, as: UTF8.self).unicodeScalars
    guard let colon = pair.firstIndex(of: ":") else { return }
    add(username: String(pair[..<colon]), password: String(pair[pair.index(after: colon)...]))
  }
}

extension String {
  /// A shorter form of a secret is left out: it would be in every text.
  fileprivate var isLongEnough: Bool { unicodeScalars.count >= KnownSecrets.leastLength }
}
