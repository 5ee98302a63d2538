using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;

namespace RemoteLlm.Connector.Access.Local;

/// <summary>
/// Pauses and resumes sharing in <c>access.yaml</c> as its owner would, in the text: comments, order, unknown fields and line ends survive. Safe beside other editors of the file, and with or
/// without a running connector. A file with an error is never written over.
/// </summary>
/// <param name="folder">The data folder; made when missing, with the file from its template.</param>
/// <param name="time">The clock of the wait for other writers.</param>
public sealed class AccessFileEditor(string folder, TimeProvider time)
{
    private const string Field = "paused";

    /// <summary>The file's path.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, AccessYaml.Name);

    /// <summary>Pauses sharing: new requests are refused, running ones finish.</summary>
    public Task<EditOutcome> Pause(CancellationToken cancellationToken) => Set(true, "Sharing is paused: a running connector refuses new requests from now on and finishes what runs.", cancellationToken);

    /// <summary>Resumes sharing.</summary>
    public Task<EditOutcome> Resume(CancellationToken cancellationToken) => Set(false, "Sharing is resumed.", cancellationToken);

    private Task<EditOutcome> Set(bool paused, string done, CancellationToken cancellationToken) =>
        GuardedEdit.Apply(Path, AccessTemplate.Text, text => Set(text, paused, done), time, cancellationToken);

    private static TextEdit Set(string text, bool paused, string done)
    {
        var reading = AccessYaml.Parse(text);
        if (reading.Content is not { } rules)
            return TextEdit.Not(EditStatus.BrokenFile, $"{reading.Errors[0]} Nothing was written; correct that first.");
        if (rules.Paused == paused)
            return TextEdit.Not(EditStatus.Unchanged, paused ? "Sharing is paused already." : "Sharing is not paused.");
        if (rules is { Hours: not null, Paused: true })
            done += " It is open at the hours of the file.";
        var root = YamlTree.Read(AccessYaml.Name, text).Root!;
        var value = new YamlDraftScalar(paused ? "true" : "false");
        var pair = root.Find(Field);
        var after = pair?.Value is YamlScalar old ? YamlInsertion.Replace(text, old, value) : YamlInsertion.AddPair(text, root, Field, value);
        var gone = pair is null ? [] : YamlFacts.Of(pair.Value, "/" + Field);
        return CheckedEdit.Check(
            AccessYaml.Name, text, after, gone, CheckedEdit.FactsOf(value, "/" + Field), changed => AccessYaml.Parse(changed).Content?.Paused == paused, done);
    }
}
