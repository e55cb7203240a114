import OCILayout

extension LayoutError: Advised {
  var advice: String? {
    switch self {
    case .compressed(let path, let compression):
      "Decompress it: \(compression.name) -dc \(word: path) > \(word: compression.plainName(of: path))"
    case .dockerArchive(let path):
      "Convert it: skopeo copy docker-archive:\(word: path) oci-archive:\(word: path).oci.tar"
    case .notPlain: "Make the archive again, with the option --hard-dereference of tar and without --sparse"
    case .ambiguous(let name, _, let names): names.isEmpty ? nil : "Use a whole name in the place of \(word: name)"
    case .hasOtherImages: "Use another file, or a directory, which can have several images: oci-layout://DIRECTORY:TAG"
    default: nil
    }
  }
}

extension Compression {
  /// The name for the content of a compressed archive.
  fileprivate func plainName(of path: String) -> String {
    let suffix = Compression(fileName: path) == nil ? ".tar" : path.lastIndex(of: ".").map { path[$0...] } ?? ""
    let name = path.hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : path
    if suffix == ".tar" { return "\(name)-decompressed.tar" }
    return name.hasSuffix(".tar") ? name : "\(name).tar"
  }
}
