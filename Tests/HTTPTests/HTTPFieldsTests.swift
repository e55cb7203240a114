import HTTP
import Testing

@Suite struct HTTPFieldsTests {
  @Test func namesAreComparedWithoutCase() {
    let fields: HTTPFields = ["Content-Type": "text/plain"]
    #expect(fields["content-TYPE"] == "text/plain")
    #expect(fields["Content-Typ"] == nil)
  }

  /// `|0x20` alone would make `@` and backquote one.
  @Test func onlyLettersHaveCase() {
    let fields: HTTPFields = ["a@": "1", "İ": "2"]
    #expect(fields["a`"] == nil)
    #expect(fields["i"] == nil)
  }

  @Test func keepsEveryLineOfAName() {
    var fields: HTTPFields = ["WWW-Authenticate": "Basic"]
    fields.append("Date", "today")
    fields.append("www-authenticate", "Bearer")
    #expect(fields["WWW-Authenticate"] == "Basic")
    #expect(fields.all("Www-Authenticate") == ["Basic", "Bearer"])
    #expect(fields.lines.map(\.name) == ["WWW-Authenticate", "Date", "www-authenticate"])
  }

  @Test func settingReplacesEveryLine() {
    var fields: HTTPFields = ["A": "1", "a": "2", "B": "3"]
    fields["a"] = "4"
    #expect(fields == ["B": "3", "a": "4"])
    fields["A"] = nil
    #expect(fields == ["B": "3"])
  }
}
