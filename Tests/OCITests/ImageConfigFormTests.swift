import JSON
import OCI
import Testing

/// What Go reads as an image's config. The expectations were compared with those of skopeo.
@Suite struct ImageConfigFormTests {
  static let forms: [(member: String, problem: String?)] = [
    (#""created":"2015-10-21T07:28:00Z""#, nil), (#""created":"2016-02-29T23:59:59.123456789+05:30""#, nil),
    (#""created":"0001-01-01T00:00:00Z""#, nil), (#""created":null"#, nil),
    (#""created":"2015-10-21""#, "created is not a time (such as 2015-10-21T07:28:00Z)"),
    (#""created":"2022-02-21T14:44:59+00:00Z""#, "created is not a time (such as 2015-10-21T07:28:00Z)"),
    (#""created":"2015-02-29T00:00:00Z""#, "created is not a time (such as 2015-10-21T07:28:00Z)"),
    (#""created":"2015-10-21T24:00:00Z""#, "created is not a time (such as 2015-10-21T07:28:00Z)"),
    (#""created":"2015-10-21T07:28:00.Z""#, "created is not a time (such as 2015-10-21T07:28:00Z)"),
    (#""created":"""#, "created is not a time (such as 2015-10-21T07:28:00Z)"),
    (#""created":1445412480"#, "created must be a string, but is a number"),
    (#""author":1"#, "author must be a string, but is a number"),
    (#""config":{"Env":["A=b",null],"Cmd":null,"Volumes":{"/a":{}},"Healthcheck":1}"#, nil),
    (#""config":{"Env":"A=b"}"#, "config.Env must be an array, but is a string"),
    (#""config":{"entrypoint":"/run"}"#, "config.entrypoint must be an array, but is a string"),
    (#""config":{"Labels":{"a":1}}"#, "config.Labels.a must be a string, but is a number"),
    (#""config":{"ExposedPorts":["80"]}"#, "config.ExposedPorts must be an object, but is an array"),
    (#""config":{"ArgsEscaped":"true"}"#, "config.ArgsEscaped must be true or false, but is a string"),
    (#""config":[]"#, "config must be an object, but is an array"),
    (#""rootfs":{"diff_ids":[1]}"#, "rootfs.diff_ids[0] must be a string, but is a number"),
    (#""history":[{"created":"yesterday"}]"#, "history[0].created is not a time (such as 2015-10-21T07:28:00Z)"),
    (#""history":[{"empty_layer":true,"comment":"x"},null]"#, nil),
  ]

  static let preserved: [(member: String, problem: String?)] = [
    (#""subject":{"platform":{"os":1}}"#, "subject.platform.os must be a string, but is a number"),
    (#""subject":{}"#, nil), (#""subject":{"digest":1}"#, "subject.digest must be a string, but is a number"),
    (#""layers":[{"mediaType":"a/b","size":0,"digest":"\#(digest)","urls":[null],"data":"YQ=="}]"#, nil),
    (#""layers":[{"mediaType":"a/b","size":0,"digest":"\#(digest)","data":"!!"}]"#, "layers[0].data is not base64"),
    (#""layers":[{"mediaType":"a/b","size":0,"digest":"\#(digest)","data":"YQ"}]"#, "layers[0].data is not base64"),
  ]
  private static let digest = "sha256:" + String(repeating: "0", count: 64)

  @Test(arguments: preserved)
  func soAreMembersOfManifests(member: String, problem: String?) {
    let config = #"{"mediaType":"a/b","size":0,"digest":"\#(Self.digest)"}"#
    let layers = member.contains("layers") ? "" : #","layers":[]"#
    var found: String?
    do { _ = try ImageManifest(decoding: Array("{\"config\":\(config)\(layers),\(member)}".utf8)) } catch {
      found = "\(error)"
    }
    #expect(found == problem)
  }

  @Test(arguments: forms)
  func whatGoCannotReadIsRefused(member: String, problem: String?) {
    var found: String?
    do { _ = try ImageConfig(decoding: Array(#"{"architecture":"arm64",\#(member)}"#.utf8)) } catch {
      found = "\(error)"
    }
    #expect(found == problem)
  }
}
