/// The tokens of one registry, side by side, each for the scopes that it covers.
struct KeptTokens {
  private struct Token {
    let scopes: [Scope]
    let authorization: Authorization
    let isUsable: @Sendable () -> Bool
  }

  private var tokens: [Token] = []

  /// A token that ends this soon is not sent: it might end on its way.
  private static let margin = Duration.seconds(10)

  /// Nil if none that has not ended covers the scopes.
  func usable(for scopes: [Scope]) -> Authorization? {
    tokens.last { $0.scopes.covers(scopes) && $0.isUsable() }?.authorization
  }

  /// All scopes of the token that covers these, also if it has ended.
  func scopes(covering scopes: [Scope]) -> [Scope]? { tokens.last { $0.scopes.covers(scopes) }?.scopes }

  /// Replaces the tokens that this one covers.
  mutating func keep(
    _ authorization: Authorization,
    _ scopes: [Scope],
    for lifetime: Duration,
    _ clock: any Clock<Duration>
  ) {
    tokens.removeAll { scopes.covers($0.scopes) }
    let isUsable = clock.timer(lifetime - Self.margin)
    tokens.append(Token(scopes: scopes, authorization: authorization, isUsable: isUsable))
  }
}

extension Clock where Duration == Swift.Duration {
  /// True until the time span, which begins now, is over.
  fileprivate func timer(_ span: Duration) -> @Sendable () -> Bool {
    let end = now.advanced(by: span)
    return { now < end }
  }
}
