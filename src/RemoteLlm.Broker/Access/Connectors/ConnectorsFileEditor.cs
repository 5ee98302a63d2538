using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Connectors;

/// <summary>
/// Edits <c>connectors.yaml</c> as an operator would, in the text: comments, order, unknown fields and line ends survive. Safe beside other editors of the file.
/// </summary>
/// <param name="folder">The data folder; made when missing, with the file from a template.</param>
/// <param name="time">The clock of <c>created_at</c>.</param>
public sealed class ConnectorsFileEditor(string folder, TimeProvider time)
{
    /// <summary>The file's path.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, ConnectorsFile.Name);

    /// <summary>Lists a connector by its token's hash.</summary>
    /// <param name="name">Its name (<see cref="ConnectorName"/>).</param>
    /// <param name="token">The token (<see cref="ConnectorToken.Generate"/>); it is not written.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public Task<EditOutcome> Add(string name, string token, CancellationToken cancellationToken)
    {
        if (!ConnectorName.IsWellFormed(name))
        {
            return Task.FromResult(new EditOutcome(EditStatus.Invalid, ConnectorName.Rule + "."));
        }

        var (prefix, digest, now) = (ConnectorToken.Prefix(token), ConnectorToken.Hash(token), time.GetUtcNow());
        return Edit(text => ConnectorsFileEdits.Add(text, name, prefix, digest, now), cancellationToken);
    }

    /// <summary>Removes a connector; its token is worthless from then on.</summary>
    public Task<EditOutcome> Remove(string name, CancellationToken cancellationToken) =>
        Edit(text => ConnectorsFileEdits.Remove(text, name), cancellationToken);

    private Task<EditOutcome> Edit(Func<string, TextEdit> edit, CancellationToken cancellationToken) =>
        GuardedEdit.Apply(Path, ConnectorsTemplate.Text, edit, time, cancellationToken);
}
