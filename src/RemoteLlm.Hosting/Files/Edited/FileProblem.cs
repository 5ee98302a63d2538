namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>What is wrong in a file that an operator edits, where, and what to do. Never quotes a secret.</summary>
/// <param name="File">The file's name as the operator knows it.</param>
/// <param name="Line">From 1; 0 = the file as a whole.</param>
/// <param name="Column">From 1, in characters; 0 = the file as a whole.</param>
/// <param name="Message">One sentence or two, without a line break.</param>
public sealed record FileProblem(string File, int Line, int Column, string Message)
{
    /// <summary><c>users.yaml:12:5: message</c>, the form that editors and terminals make a link of.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}: {Message}" : $"{File}: {Message}";
}
