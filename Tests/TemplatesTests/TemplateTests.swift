import JSON
import Templates
import Testing

/// A template of `templates.json`, whose outputs are docker's: an integration test compares them.
struct TemplateCase: Sendable, CustomTestStringConvertible {
  let template: String
  let output: String
  let data: JSONValue

  var testDescription: String { template }

  static let all: [TemplateCase] = {
    guard let file = try? JSONNode(JSONValue(decoding: PackageResources.templates_json)),
      let data = try? file.required("data").value, let cases = try? file.required("cases").array()
    else { return [] }
    return cases.compactMap { node in
      guard let texts = try? node.strings(), texts.count == 2 else { return nil }
      return TemplateCase(template: texts[0], output: texts[1], data: data)
    }
  }()
}

private let document: JSONValue = .object([
  "name": "example.com/app:v1",
  "digest": "sha256:1",
  "count": 3,
  "list": ["b", "a"],
  "nothing": .null,
  "Case": "exact", "case": "other",
  "manifest": .object([
    "mediaType": "application/vnd.oci.image.index.v1+json",
    "manifests": .array([
      .object(["digest": "sha256:2", "platform": .object(["os": "windows", "os.version": "10.0.1"])]),
      .object(["digest": "sha256:3", "platform": .object(["os": "linux", "variant": "v7"])]),
    ]),
  ]),
])

private func output(
  _ template: String,
  optionalFields: [String] = ["variant", "annotations", "os.version"],
  limits: TemplateLimits = TemplateLimits()
) throws -> String {
  try Template(parsing: template).text(of: document, optionalFields: optionalFields, limits: limits)
}

@Suite struct TemplateTests {
  @Test func tableIsRead() { #expect(TemplateCase.all.count > 40) }

  @Test(arguments: TemplateCase.all) func asDocker(_ example: TemplateCase) throws {
    #expect(try Template(parsing: example.template).text(of: example.data) == example.output)
  }

  /// Names as in Go's structures, and fields that an image need not have.
  private static let fields: [(String, String)] = [
    ("{{.Name}} {{.DIGEST}} {{.Case}} {{.case}}", "example.com/app:v1 sha256:1 exact other"),
    ("{{.Manifest.MediaType}}", "application/vnd.oci.image.index.v1+json"),
    ("{{range .Manifest.Manifests}}{{.Platform.OSVersion}}{{.Platform.Variant}};{{end}}", "10.0.1;v7;"),
    ("{{range .Manifest.Manifests}}{{if eq .Platform.Variant \"v7\"}}{{.Digest}}{{end}}{{end}}", "sha256:3"),
    ("{{with .Manifest.Annotations}}x{{else}}none{{end}}{{range .Manifest.Annotations.Variant}}x{{end}}", "none"),
    ("{{len .Manifest.Annotations}}{{json .Manifest.Annotations}}{{index .Manifest.Annotations \"a\"}}", "0null"),
    ("[{{.nothing}}{{printf \"%s%q%v%d\" .nothing .nothing .nothing .nothing}}{{join .nothing \",\"}}]", "[\"\"0]"),
    (
      "{{eq .nothing \"\"}}{{eq .nothing 0}}{{eq .nothing nil}}{{lt .nothing \"a\"}}{{gt 1 .nothing}}",
      "truetruetruetruetrue"
    ),
    (
      "{{join .list \", \"}} {{printf \"%d\" .count}} {{eq .count 3 4}} {{lt .count 3.5}} {{range .count}}.{{end}}",
      "b, a 3 true true ..."
    ),
  ]

  @Test(arguments: fields) func field(_ template: String, _ expected: String) throws {
    #expect(try output(template) == expected)
  }

  private static let errors: [(String, String)] = [
    ("ab {{.Digset}}", "column 6: there is no field .Digset"),
    (
      "{{.Manifest.Manifests.Digest}}",
      "column 22: .Manifest.Manifests.Digest cannot be read of an array. Use range, or index"
    ),
    ("{{.Name.X}}", "column 8: .Name.X cannot be read of a string"),
    ("{{.nothing.X}}", "column 11: there is no field .nothing.X"),
    ("{{(index .list 0).X}}", "column 18: (...).X cannot be read of a string"),
    ("{{ toJson . }}", "column 4: the function toJson is not supported"),
    ("{{.Name | uppercase}}", "column 11: the function uppercase is not supported"),
    ("a\nb{{define \"x\"}}{{end}}", "line 2, column 2: {{define}} is not supported"),
    ("{{if .Name}}", "column 1: {{if}} has no {{end}}"),
    ("{{end}}", "column 1: {{end}} has no {{if}}, {{with}} or {{range}} before it"),
    ("{{if .Name}}{{else}}{{else}}{{end}}", "column 21: there is another {{else}} before it"),
    ("{{if}}{{end}}", "column 1: {{if}} needs a value"),
    ("{{.Name", "column 1: }} is missing"),
    ("{{\"abc}}", "column 3: the closing \" of a text is missing"),
    ("{{\"\\z\"}}", "column 5: \\z is not a known escape"),
    ("{{'ab'}}", "column 3: ' holds one character. Texts are in \"double quotes\""),
    ("{{/* }}", "column 1: a comment must end with */}}"),
    ("{{}}", "column 1: a value is missing"),
    ("{{.Name | }}", "column 9: a value is missing"),
    ("{{(.Name}}", "column 3: the closing ) is missing"),
    ("{{.Name)}}", "column 8: ) is not expected here"),
    ("{{.Name; 1}}", "column 8: \u{201C};\u{201D} is not expected here"),
    ("{{.Name .Digest}}", "column 9: only functions have arguments, and a value comes before this one"),
    ("{{len \"a\"\"b\"}}", "column 10: a space is missing before \"b\""),
    ("{{.Name | .Digest}}", "column 11: | needs a function after it"),
    ("{{$x}}", "column 3: $x is not defined"),
    ("{{$x = 1}}", "column 3: $x is not defined"),
    ("{{if true}}{{$x := 1}}{{else if $x}}{{end}}", "column 33: $x is not defined"),
    ("{{range $i, $e := .list}}{{end}}{{$e}}", "column 35: $e is not defined"),
    ("{{break}}", "column 1: {{break}} is outside of {{range}}"),
    ("{{1x}}", "column 3: 1x is not a number"),
    ("{{99999999999999999999x}}", "column 3: 99999999999999999999x is not a number"),
    ("{{len}}", "column 3: len needs 1 argument, but has 0"),
    ("{{join .list}}", "column 3: join needs 2 arguments, but has 1"),
    ("{{index}}", "column 3: index needs at least 1 argument, but has 0"),
    ("{{slice .list 1 2 3}}", "column 3: slice needs at most 3 arguments, but has 4"),
    ("{{len .count}}", "column 3: len needs a string, an array or an object, but has a number"),
    ("{{index .list 2}}", "column 3: index has the index 2, which is out of range"),
    ("{{index .list \"a\"}}", "column 3: index needs a whole number, but has a string"),
    ("{{upper .list}}", "column 3: upper needs a string, but has an array"),
    ("{{range .Name}}{{end}}", "column 9: range cannot go through a string"),
    ("{{eq .Name 3}}", "column 3: eq cannot compare a string with a number"),
    ("{{lt .list .list}}", "column 3: lt cannot compare an array with an array"),
    (
      "{{printf \"%d\" .Name}}", "column 3: printf needs a whole number for %d, but has a string; %v prints every value"
    ),
    ("{{printf \"%s\" .count}}", "column 3: printf needs a string for %s, but has a number; %v prints every value"),
    ("{{printf \"%s\"}}", "column 3: printf has no value for %s"),
    (
      "{{printf \"%s\" 1 | printf \"a\"}}",
      "column 3: printf needs a string for %s, but has a number; %v prints every value"
    ),
    ("{{printf \"a\" 1}}", "column 3: printf has more values than its format has verbs"),
    ("{{printf \"%5.2f\" 1.5}}", "column 3: printf does not support %5.2f for a number"),
    ("{{printf \"%#x\" \"a\"}}", "column 3: printf does not support %#x for a string"),
    ("{{printf \"% x\" \"a\"}}", "column 3: printf does not support % x for a string"),
    ("{{printf \"%+q\" \"a\"}}", "column 3: printf does not support %+q for a string"),
    ("{{printf \"%5s\" .list}}", "column 3: printf does not support %5s for an array"),
    ("{{08}}", "column 3: 08 is not a number"),
    ("{{printf \"5%\"}}", "column 3: printf has a % at the end of its format"),
    ("{{printf \"%99999999999d\" 1}}", "column 3: printf makes a text that is too long"),
    ("{{pad \"a\" 99999999999 0}}", "column 3: pad has a width that is out of range"),
  ]

  @Test(arguments: errors) func error(_ template: String, _ expected: String) {
    do {
      let output = try output(template)
      Issue.record("\(template) gives \(output)")
    } catch { #expect("\(error)" == expected) }
  }

  @Test func errorNamesWhatIsThere() throws {
    let field = try #require(throws: TemplateError.self) {
      try output("{{.Manifest.MediaTyp}}", optionalFields: ["config"])
    }
    #expect(
      field.problem
        == .field(path: ".Manifest.MediaTyp", name: "MediaTyp", members: ["mediaType", "manifests", "config"])
    )
    let function = try #require(throws: TemplateError.self) { try output("{{uper .Name}}") }
    guard case .function("uper", let known) = function.problem else { throw function }
    #expect(known.contains("upper"))
  }

  @Test func limits() throws {
    var limits = TemplateLimits()
    limits.length = 1000
    limits.steps = 5000
    #expect(throws: TemplateError.self) { try output("{{range 9999999999}}{{end}}", limits: limits) }
    #expect(throws: TemplateError.self) {
      try output("{{$x := \"ab\"}}{{range 40}}{{$x = print $x $x}}{{end}}", limits: limits)
    }
    #expect(throws: TemplateError.self) { try output("{{range 900}}ab{{.}}{{end}}", limits: limits) }
    for (start, end) in [("{{if true}}", "{{end}}"), ("{{(", ")}}"), ("{{if 1}}{{else if 0}}", "{{end}}")] {
      let isParenthesis = start == "{{("
      let deep = { (count: Int) in
        isParenthesis
          ? "{{" + String(repeating: "(", count: count) + "1" + String(repeating: ")", count: count) + "}}"
          : String(repeating: start, count: count) + String(repeating: end, count: count)
      }
      #expect(throws: Never.self) { try output(deep(30)) }
      let error = #expect(throws: TemplateError.self) { try output(deep(3000)) }
      #expect(error.map { "\($0)" }?.contains("nested more than 64 levels deep") == true)
    }
  }

  private static let uses: [(String, Bool)] = [
    ("{{.Image.OS}}", true), ("{{json .}}", true), ("{{index . \"image\"}}", true), ("{{$.image}}", true),
    ("{{json $}}", true),
    ("{{range .Manifest.Manifests}}{{.}}{{end}}", false), ("{{.Name}} image .Image {{\"image\"}}", false),
    ("{{with .Manifest}}{{.}}{{$.Image}}{{end}}", true), ("{{with .Manifest}}{{.}}{{else}}{{.}}{{end}}", true),
    ("{{if (print .Name (len .Image))}}{{end}}", true), ("{{$x := .}}{{$x.Name}}", true),
  ]

  @Test(arguments: uses) func mayRead(_ template: String, _ expected: Bool) throws {
    #expect(try Template(parsing: template).mayRead("image") == expected)
  }
}
