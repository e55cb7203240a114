import HTTP
import Testing

@Suite struct FieldSyntaxTests {
  @Test(arguments: ["X-Meta", "a", "!#$%&'*+-.^_`|~09"])
  func isAToken(text: String) { #expect(FieldSyntax.isToken(text)) }

  @Test(arguments: ["", "a b", "a:", "a/b", "\"", "é", "a\n", "a\u{7F}"])
  func isNoToken(text: String) { #expect(!FieldSyntax.isToken(text)) }

  @Test(arguments: ["", "a b\tc", "é", "\"a\", b=c"])
  func isAValue(text: String) { #expect(FieldSyntax.isValue(text)) }

  @Test(arguments: ["a\nb", "a\r\nb", "\0", "\u{1B}[0m", "\u{7F}"])
  func isNoValue(text: String) { #expect(!FieldSyntax.isValue(text)) }
}
