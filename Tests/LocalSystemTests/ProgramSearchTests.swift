import Glibc
import LocalSystem
import TestSupport
import Testing

@Suite struct ProgramSearchTests {
  @Test func findsTheFirstExecutableInPath() throws {
    let files = try TemporaryDirectory(["one/tool": "", "two/tool": "", "three/tool": "", "two/folder/x": ""])
    for name in ["two/tool", "three/tool"] { chmod("\(files.path)/\(name)", 0o755) }
    let path = ["one", "missing", "two", "three"].map { "\(files.path)/\($0)" }.joined(separator: ":")
    #expect(ProgramSearch.path(of: "tool", ["PATH": path]) == "\(files.path)/two/tool")
    #expect(ProgramSearch.path(of: "folder", ["PATH": path]) == nil)
    #expect(ProgramSearch.path(of: "other", ["PATH": path]) == nil)
    #expect(ProgramSearch.path(of: "tool", ["PATH": ":.:\(path)"]) == "\(files.path)/two/tool")
  }

  @Test func findsNoneInTheWorkingDirectory() throws {
    let files = try TemporaryDirectory(["tool": ""])
    chmod("\(files.path)/tool", 0o755)
    let relative = String(repeating: "../", count: 20) + files.path.dropFirst()
    #expect(ProgramSearch.isExecutable("\(relative)/tool"))
    for path in [relative, ":\(relative):.", ""] { #expect(ProgramSearch.path(of: "tool", ["PATH": path]) == nil) }
    #expect(ProgramSearch.path(of: "sh", [:]) == nil)
  }

  @Test func filesAreComparedThroughLinks() throws {
    let files = try TemporaryDirectory(["one": "x", "two": "x"])
    chmod("\(files.path)/one", 0o640)
    chmod("\(files.path)/two", 0o600)
    symlink("one", "\(files.path)/link")
    #expect(FileIdentity("\(files.path)/one") == FileIdentity("\(files.path)/link"))
    #expect(FileIdentity("\(files.path)/one") != FileIdentity("\(files.path)/two"))
    #expect(FileIdentity("\(files.path)/one")?.isReadableByOthers == true)
    #expect(FileIdentity("\(files.path)/two")?.isReadableByOthers == false)
    #expect(FileIdentity("\(files.path)/three") == nil)
    #expect(try SymbolicLink.target(of: "\(files.path)/link") == "one")
  }
}
