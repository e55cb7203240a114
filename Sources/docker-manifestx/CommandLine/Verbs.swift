/// Every command of the program, the hidden ones included.
enum Verbs {
  static let all: [any VerbDeclaration.Type] = [
    Publish.self, Add.self, Remove.self, Annotate.self, Inspect.self, Resolve.self, Doctor.self, CompletionScript.self,
    Hooks.self, Version.self, Complete.self, CompleteWithoutDescriptions.self, LookUpTags.self, PrintManual.self,
  ]
}
