import HTTP
import Testing

@testable import OCIRegistry

/// RFC 8288.
@Suite struct LinkFieldTests {
  static let links: [(fields: [String], next: String?)] = [
    ([#"</v2/a/tags/list?n=2&last=b>; rel="next""#], "/v2/a/tags/list?n=2&last=b"),
    (["</v2/x>;rel=next"], "/v2/x"),
    (["<https://r.example/v2/x>; title=\"a, b; rel=prev\"; REL=\"prev Next\""], "https://r.example/v2/x"),
    // A comma in a target is no end of it.
    (["</v2/x?last=a,b>; rel=next"], "/v2/x?last=a,b"),
    (["</v2/p>; rel=prev, </v2/x>; rel=next"], "/v2/x"),
    (["</v2/p>; rel=prev", "</v2/x>; rel=next"], "/v2/x"),
    // Without brackets, as some registries write it.
    ([#"/v2/x?last=b&n=2; rel="next""#], "/v2/x?last=b&n=2"),
    // Not the next page.
    (["</v2/x>; rel=prev"], nil),
    (["</v2/x>; rel=nextgen"], nil),
    (["</v2/x?rel=next>; rel=last"], nil),
    ([#"</v2/x>; title="rel=next""#], nil),
    (["</v2/x>"], nil),
    (["<>; rel=next", "; rel=next", ",,", "<"], nil),
    ([], nil),
  ]

  @Test(arguments: links)
  func findsTheNextPage(fields: [String], next: String?) {
    var all: HTTPFields = [:]
    for field in fields { all.append("Link", field) }
    #expect(nextPage(in: all) == next)
  }
}
