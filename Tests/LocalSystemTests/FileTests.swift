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

  /// A pipe without a writer would be waited for, and /dev/zero has no end.
  @Test func neverWaitsAndReadsNoEndlessFile() throws {
    let directory = try TemporaryDirectory()
    #expect(mkfifo("\(directory.path)/pipe", 0o600) == 0)
    let writer = open("\(directory.path)/pipe", O_RDWR)
    defer { close(writer) }
    #expect(throws: SystemError.notAFile) { try File.contents(of: "\(directory.path)/pipe") }
    #expect("\(SystemError.notAFile)" == "it is not a regular file")
    #expect(throws: SystemError(code: EFBIG)) { try File.contents(of: "/dev/zero") }
    #expect(try File.contents(of: "/dev/null") == [])
  }

  @Test func whereNothingCanBeReplacedNothingStays() throws {
    let directory = try TemporaryDirectory(["place/file": ""])
    #expect(throws: SystemError(code: EISDIR)) {
      try FileReplacement.replace("\(directory.path)/place", with: Array("new".utf8))
    }
    #expect(try Directory.names(in: directory.path).sorted() == [".", "..", "place"])
  }

  static let unwritable: [(path: String, error: SystemError)] = [
    ("", SystemError(code: ENOENT)), ("missing/file", SystemError(code: ENOENT)), ("place", SystemError(code: EISDIR)),
    ("place/file/x", SystemError(code: ENOTDIR)), ("pipe", .notAFile), ("link", .notAFile),
  ]

  @Test(arguments: unwritable)
  func itIsKnownBeforehandThatAFileCannotBeWritten(path: String, error: SystemError) throws {
    let directory = try TemporaryDirectory(["place/file": ""])
    #expect(mkfifo("\(directory.path)/pipe", 0o600) == 0 && symlink("pipe", "\(directory.path)/link") == 0)
    let path = path.isEmpty ? "" : "\(directory.path)/\(path)"
    #expect(throws: error) { try FileReplacement.check(path) }
    if error == .notAFile { #expect(throws: error) { try FileReplacement.replace(path, with: []) } }
  }

  @Test func aNewFileHasTheRequestedPermissions() throws {
    let directory = try TemporaryDirectory([:])
    let path = "\(directory.path)/new"
    try FileReplacement.check(path)
    #expect(try Directory.names(in: directory.path).count == 2)
    try FileReplacement.replace(path, with: [], permissions: 0o644)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o644)
  }

  /// Of what was read, everything stays as it was; and the place of what was read is the only one that is written.
  @Test(arguments: ["link", "file", nil])
  func onlyTheFileThatWasReadIsReplaced(by other: String?) throws {
    let directory = try TemporaryDirectory(["other": "precious", "config.json": "{}"])
    let path = "\(directory.path)/config.json"
    let file = try FileReplacement(of: path)
    #expect(try file.contents() == Array("{}".utf8))
    unlink(path)
    if other == "link" { #expect(symlink("other", path) == 0) }
    if other == "file" { #expect(link("\(directory.path)/other", path) == 0) }
    #expect(throws: SystemError.changed) { try file.replace(with: Array("new".utf8)) }
    if other != nil { #expect(throws: SystemError.changed) { try file.contents() } }
    #expect(try File.contents(of: "\(directory.path)/other") == Array("precious".utf8))
    let names = [".", ".."] + (other == nil ? [] : ["config.json"]) + ["other"]
    #expect(try Directory.names(in: directory.path).sorted() == names)
  }

  @Test func aFileThatAppearsIsNotReplaced() throws {
    let directory = try TemporaryDirectory(["precious": "old"])
    let file = try FileReplacement(of: "\(directory.path)/config.json")
    #expect(try file.contents() == nil)
    #expect(link("\(directory.path)/precious", "\(directory.path)/config.json") == 0)
    #expect(throws: SystemError.changed) { try file.replace(with: []) }
    #expect(try File.contents(of: "\(directory.path)/precious") == Array("old".utf8))
  }

  @Test func aReplacedFileKeepsItsPermissionsAndItsLinks() throws {
    let directory = try TemporaryDirectory(["file": "old"])
    let (file, link) = ("\(directory.path)/file", "\(directory.path)/link")
    #expect(chmod(file, 0o6640) == 0)
    #expect(symlink("file", link) == 0)
    try FileReplacement.replace(link, with: Array("new".utf8))
    #expect(try File.contents(of: file) == Array("new".utf8))
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(file, &status) == 0 && status.st_mode & 0o7777 == 0o640)
    #expect(try Directory.names(in: directory.path).sorted() == [".", "..", "file", "link"])
  }

  /// Root with the home directory of another user: the links lead where that user wants, and what root makes must not be
  /// lost to that user.
  @Test func rootInADirectoryOfAnotherUserFollowsNoLinkAndGivesFilesAway() throws {
    guard geteuid() == 0 else { return }
    let directory = try TemporaryDirectory(["precious": "{}", "real/config.json": "{}", "real/deep/x": ""])
    let home = "\(directory.path)/home"
    #expect(mkdir(home, 0o755) == 0 && chown(home, 65534, 65533) == 0)
    for (link, target) in [("file", "../precious"), ("directory", "../real")] {
      #expect(symlink(target, "\(home)/\(link)") == 0 && lchown("\(home)/\(link)", 65534, 65533) == 0)
    }
    for path in ["file", "directory/config.json", "directory/new", "directory/deep/new"] {
      #expect(throws: SystemError.foreignLink) { try FileReplacement.replace("\(home)/\(path)", with: []) }
      // What they lead to is not read, either.
      #expect(throws: SystemError.foreignLink) { try FileReplacement(of: "\(home)/\(path)").contents() }
    }
    #expect(try File.contents(of: "\(directory.path)/precious") == Array("{}".utf8))
    #expect(try Directory.names(in: "\(directory.path)/real").count == 4)
    // A link of root's own that leads to such a link is not better.
    #expect(symlink("home/directory", "\(directory.path)/own") == 0)
    for path in ["own", "own/deep", "home/directory/deep"] {
      #expect(throws: SystemError.foreignLink) { try OpenDirectory("\(directory.path)/\(path)") }
      #expect(throws: SystemError.foreignLink) { try OpenDirectory.make("\(directory.path)/\(path)/new") }
      #expect(throws: SystemError.foreignLink) { try Directory.makePrivate("\(directory.path)/\(path)/new") }
    }
    for path in ["/", "//", ".", "..", home] { _ = try OpenDirectory(path) }
    #expect(throws: SystemError(code: ENOENT)) { try OpenDirectory("") }
    try Directory.makePrivate("\(home)/made")
    try FileReplacement.replace("\(home)/made/file", with: [])
    for path in ["made", "made/file"] {
      var status = stat()
      #expect(stat("\(home)/\(path)", &status) == 0 && status.st_uid == 65534 && status.st_gid == 65533)
    }
  }
}
