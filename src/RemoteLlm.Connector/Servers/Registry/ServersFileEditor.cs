using RemoteLlm.Connector.Servers.Registry.Editing;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>
/// Edits <c>servers.json</c> as an operator would, in the text: comments, order, layout, unknown members and line ends survive. Safe beside other editors of the file.
/// The folder and the file are made when something is added, for their owner alone.
/// </summary>
/// <param name="folder">The data folder.</param>
/// <param name="time">The clock of the wait for other writers.</param>
public sealed class ServersFileEditor(string folder, TimeProvider time)
{
    /// <summary>The file's path.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, ServersJson.Name);

    /// <summary>Adds a server behind the last one.</summary>
    public Task<EditOutcome> Add(ServerDraft server, CancellationToken cancellationToken) => Edit(text => ServersFileEdits.Add(text, server, folder), cancellationToken);

    /// <summary>Describes the server of this name anew; comments in its old description go.</summary>
    public Task<EditOutcome> Replace(ServerDraft server, CancellationToken cancellationToken) => Edit(text => ServersFileEdits.Replace(text, server, folder), cancellationToken);

    /// <summary>Removes a server; comments in its description go with it.</summary>
    public Task<EditOutcome> Remove(string name, CancellationToken cancellationToken) => Edit(text => ServersFileEdits.Remove(text, name, folder), cancellationToken);

    private Task<EditOutcome> Edit(Func<string, TextEdit> edit, CancellationToken cancellationToken) =>
        GuardedEdit.Apply(Path, ServersTemplate.Text, edit, time, cancellationToken);
}
