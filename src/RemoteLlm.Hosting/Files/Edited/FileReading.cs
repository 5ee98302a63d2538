namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>What a file said: its content, or the errors because of which it is not taken.</summary>
/// <param name="Content">Null exactly when there are errors.</param>
/// <param name="Errors">Why it is not taken, in the order of the file.</param>
/// <param name="Warnings">What is odd but taken, such as fields that we do not know.</param>
public sealed record FileReading<T>(T? Content, IReadOnlyList<FileProblem> Errors, IReadOnlyList<FileProblem> Warnings)
    where T : class;
