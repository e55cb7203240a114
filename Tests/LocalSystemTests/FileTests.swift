import Glibc
import LocalSystem
import TestSupport
import Testing

@Suite struct FileTests {
  static let sizes = [0, 1, 4095, 4096, 4097, 3 << 20]

  @Test(arguments: sizes)
  func readsAFileOfAnySize(size: Int) throws {
    let text = String(repeating: "x", count: size)
    let directory = try TemporaryDirectory(["file": text])
    #expect(try File.contents(of: "\(directory.path)/file") == Array(text.utf8))
  }

  @Test func readsAFileWhoseSizeTheSystemDoesNotTell() throws {
    #expect(try !File.contents(of: "/proc/self/status").isEmpty)
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    let directory = try TemporaryDirectory(["file": ""])
    for (path, code, isMissing) in [("/absent", ENOENT, true), ("/file/x", ENOTDIR, true), ("", EISDIR, false)] {
      let error = #expect(throws: SystemError.self) { try File.contents(of: directory.path + path) }
      #expect(error?.code == code)
      #expect(error?.isMissingFile == isMissing)
    }
    #expect("\(SystemError(code: ENOENT))" == "no such file or directory")
  }

  @Test func aReplacedFileKeepsItsModeAndItsLinks() throws {
    let directory = try TemporaryDirectory(["file": "old"])
    let (file, link) = ("\(directory.path)/file", "\(directory.path)/link")
    #expect(chmod(file, 0o640) == 0)
    #expect(symlink("file", link) == 0)
    try FileReplacement.replace(link, with: Array("new".utf8))
    #expect(try File.contents(of: file) == Array("new".utf8))
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(file, &status) == 0 && status.st_mode & 0o7777 == 0o640)
    #expect(try Directory.names(in: directory.path).sorted() == [".", "..", "file", "link"])
  }
}
