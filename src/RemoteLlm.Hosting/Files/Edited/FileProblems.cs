namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>Collects what is found wrong in one file while it is read. Bounded: after the first hundred of a kind nobody reads on.</summary>
/// <param name="file">The file's name as the operator knows it.</param>
public sealed class FileProblems(string file)
{
    private const int Limit = 100;

    private readonly List<FileProblem> _errors = [];
    private readonly List<FileProblem> _warnings = [];

    /// <summary>Why the file is not taken.</summary>
    public IReadOnlyList<FileProblem> Errors => _errors;

    /// <summary>What is odd but taken.</summary>
    public IReadOnlyList<FileProblem> Warnings => _warnings;

    /// <summary>Takes an error.</summary>
    /// <param name="line">From 1; 0 = the file as a whole.</param>
    /// <param name="column">From 1, in characters.</param>
    /// <param name="message">What is wrong and what to do, without a line break or a secret.</param>
    public void Error(int line, int column, string message) => Error(new FileProblem(file, line, column, message));

    /// <summary>Takes an error.</summary>
    public void Error(FileProblem problem) => Add(_errors, problem);

    /// <summary>Takes a warning.</summary>
    /// <inheritdoc cref="Error(int, int, string)"/>
    public void Warn(int line, int column, string message) => Add(_warnings, new FileProblem(file, line, column, message));

    private static void Add(List<FileProblem> problems, FileProblem problem)
    {
        if (problems.Count < Limit)
        {
            problems.Add(problem);
        }
    }
}
