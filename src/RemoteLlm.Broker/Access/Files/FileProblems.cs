using RemoteLlm.Broker.Access.Yaml;

namespace RemoteLlm.Broker.Access.Files;

/// <summary>Collects what is found wrong in one file while it is read. Bounded: after the first hundred of a kind nobody reads on.</summary>
internal sealed class FileProblems(string file)
{
    private const int Limit = 100;

    private readonly List<FileProblem> _errors = [];
    private readonly List<FileProblem> _warnings = [];

    public IReadOnlyList<FileProblem> Errors => _errors;

    public IReadOnlyList<FileProblem> Warnings => _warnings;

    public void Error(YamlNode at, string message) => Add(_errors, new FileProblem(file, at.Line, at.Column, message));

    public void Error(FileProblem problem) => Add(_errors, problem);

    public void Warn(YamlNode at, string message) => Add(_warnings, new FileProblem(file, at.Line, at.Column, message));

    private static void Add(List<FileProblem> problems, FileProblem problem)
    {
        if (problems.Count < Limit)
        {
            problems.Add(problem);
        }
    }
}
