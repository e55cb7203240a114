import JSON
import Testing

/// The expected texts are those of Go's encoding/json.
@Suite struct GoJSONTests {
  @Test func escapesAsGoDoes() {
    let text = "a<b>&\u{2028}\u{2029}\u{2027}\"\\\u{1}\n\t\u{7F}é😀"
    let expected = #""a\u003cb\u003e\u0026\u2028\u2029\#u{2027}\"\\\u0001\n\t\#u{7F}é😀""#
    #expect(String(decoding: GoJSON.string(text), as: UTF8.self) == expected)
  }

  private static let layouts: [(json: String, indented: String, compact: String)] = [
    (" {\"a\" : [ ], \"b\":{\n} } \n", "{\n\t\"a\": [],\n\t\"b\": {}\n} \n", #"{"a":[],"b":{}}"#),
    ("[[[]],[1 ,2.50]]", "[\n\t[\n\t\t[]\n\t],\n\t[\n\t\t1,\n\t\t2.50\n\t]\n]", "[[[]],[1,2.50]]"),
    (#"{"k, [\"<":"} \\"}"#, "{\n\t\"k, [\\\"<\": \"} \\\\\"\n}", #"{"k, [\"\u003c":"} \\"}"#),
    ("null", "null", "null"),
  ]

  @Test(arguments: layouts) func laysOutAsGoDoes(json: String, indented: String, compact: String) {
    #expect(String(decoding: GoJSON.indented(Array(json.utf8), with: "\t"), as: UTF8.self) == indented)
    #expect(String(decoding: GoJSON.compacted(Array(json.utf8)), as: UTF8.self) == compact)
  }
}
