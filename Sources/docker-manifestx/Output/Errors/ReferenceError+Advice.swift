import OCI
import OCILayout

extension ReferenceError: Advised {
  var advice: String? {
    if text.split(whereSeparator: { $0.isWhitespace || ",;".contains($0) }).count > 1 {
      return "If these are several names, write them as separate arguments; those of --tag, one per line"
    }
    // Word processors make them of two hyphens.
    if let dash = text.first, "\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}".contains(dash) {
      return "\u{201C}\(dash)\u{201D} is not a hyphen: options begin with - or --"
    }
    if hasCredential { return "Leave out the user name and the password: the credentials of docker login are used" }
    // As skopeo and regctl name what is on this machine.
    if ["docker-archive:", "oci-dir:"].contains(where: text.hasPrefix) {
      return "For an image layout: oci-layout://DIRECTORY[:TAG]; in an archive: oci-archive:FILE[:TAG]"
    }
    if ["docker-daemon:", "containers-storage:"].contains(where: text.hasPrefix) {
      return "For an image of docker or podman, leave out the prefix: publish --push pushes it first"
    }
    // The shell replaces a ~ only at the beginning of a word.
    if LayoutReference.isPath(text), !text.hasPrefix("~") {
      let variable = "If the name begins with a variable, check that the variable is not empty\n"
      let layout = "For the image layout in a directory: \(word: "oci-layout://\(text)")"
      return text.hasPrefix("/") ? variable + layout : layout
    }
    return switch reason {
    case .empty: "If the argument is a variable, check that the variable is not empty"
    case .tag(let tag) where tag.isEmpty || "-_.".contains(tag.prefix(1)):
      "If the tag contains a variable, check that the variable is not empty"
    default: nil
    }
  }
}
