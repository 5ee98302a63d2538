using System.Globalization;
using RemoteLlm.Connector.Servers.Registry.Editing;

namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>A server that is to be written into <c>servers.json</c>; what is null or empty is not written.</summary>
/// <param name="Name">See <see cref="ServerName"/>.</param>
/// <param name="Url">Its base URL.</param>
public sealed record ServerDraft(string Name, string Url)
{
    /// <summary>What it is; null to find out with each first look.</summary>
    public ServerKind? Kind { get; init; }

    /// <summary>The environment variable that holds its key.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>The file whose first line is its key; relative to the data folder, or absolute.</summary>
    public string? KeyFile { get; init; }

    /// <inheritdoc cref="ServerEntry.Priority"/>
    public int? Priority { get; init; }

    /// <inheritdoc cref="ServerEntry.MaxConcurrent"/>
    public int? MaxConcurrent { get; init; }

    /// <inheritdoc cref="ServerEntry.Models"/>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <inheritdoc cref="ServerEntry.Aliases"/>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc cref="ServerEntry.Headers"/>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    internal JsonDraft ToJson()
    {
        List<(string Name, string Json)> members = [("name", JsonDraft.Text(Name))];
        if (Kind is { } kind)
            members.Add(("kind", JsonDraft.Text(ServerKinds.NameOf(kind))));
        members.Add(("url", JsonDraft.Text(Url)));
        if (KeyVariable is not null)
            members.Add(("api_key_env", JsonDraft.Text(KeyVariable)));
        if (KeyFile is not null)
            members.Add(("api_key_file", JsonDraft.Text(KeyFile)));
        if (Headers.Count > 0)
            members.Add(("headers", JsonDraft.Map(Headers)));
        if (MaxConcurrent is { } slots)
            members.Add(("max_concurrent", slots.ToString(CultureInfo.InvariantCulture)));
        if (Priority is { } priority)
            members.Add(("priority", priority.ToString(CultureInfo.InvariantCulture)));
        if (Models.Count > 0)
            members.Add(("models", JsonDraft.List(Models)));
        if (Aliases.Count > 0)
            members.Add(("aliases", JsonDraft.Map(Aliases)));
        return new JsonDraft(members);
    }
}
