using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Access.Local;

/// <summary>What <c>access.yaml</c> says: how the owner of this machine narrows what the broker's roster allows.</summary>
internal sealed record AccessRules
{
    /// <summary>Nothing is narrowed.</summary>
    public static AccessRules None { get; } = new();

    /// <summary>Sharing is paused, whatever the hour.</summary>
    public bool Paused { get; init; }

    /// <summary>When sharing is open; null = always.</summary>
    public SharingHours? Hours { get; init; }

    /// <summary>Globs of the users who are served, in lower case; null = all.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>Globs of the users who are not, in lower case. They count more than <see cref="Users"/>.</summary>
    public IReadOnlyList<string> NotUsers { get; init; } = [];

    /// <summary>Globs of the models that are shared; null = all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>The most that one user may use, whatever the roster says.</summary>
    public LimitBounds Limits { get; init; } = LimitBounds.None;

    /// <summary>Whether a user is served. User names are the same in capitals and small letters, as at the broker.</summary>
    public bool Serves(string user)
    {
        var name = user.ToLowerInvariant();
        return ModelGlob.AllowedBy(Users, name) && !ModelGlob.AllowedBy(NotUsers, name);
    }

    /// <summary>Whether a model is shared; by Ollama's names a missing tag is <c>latest</c>.</summary>
    public bool Shares(string model) => ModelName.AllowedBy(Models, model);

    /// <summary>The entry in force here; null when its user is not served.</summary>
    public RosterEntry? Narrow(RosterEntry entry)
    {
        if (!Serves(entry.User))
            return null;
        var limits = Limits.Lower(entry.Limits);
        return Models is null && limits == entry.Limits ? entry : entry with { Limits = limits, ModelsHere = Models };
    }
}
