namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>The usage page.</summary>
/// <param name="User">Whose usage it shows; null for everybody's.</param>
/// <param name="IsOwn">Whether that is who looks at it.</param>
/// <param name="Span">How many days it shows, today included.</param>
/// <param name="KnownFrom">The first shown day of which all is known; null where that is all of them.</param>
/// <param name="Model">The one model that it shows; null for all.</param>
/// <param name="Key">The one key that it shows; null for all.</param>
/// <param name="Total">All together.</param>
/// <param name="Days">Each day, the earliest first.</param>
/// <param name="Models">By model, the most tokens first.</param>
/// <param name="Keys">By key, the most tokens first; empty for everybody.</param>
/// <param name="Users">By user, the most tokens first; empty but for everybody. At most <see cref="MostUsers"/>.</param>
/// <param name="OtherUsers">Users beyond those.</param>
public sealed record UsageModel(
    string? User,
    bool IsOwn,
    int Span,
    DateOnly? KnownFrom,
    string? Model,
    UsageKey? Key,
    UsageFigures Total,
    IReadOnlyList<UsageDay> Days,
    IReadOnlyList<UsageShare> Models,
    IReadOnlyList<UsageShare> Keys,
    IReadOnlyList<UsageShare> Users,
    int OtherUsers)
{
    /// <summary>Users that are listed.</summary>
    public const int MostUsers = 50;

    /// <summary>The page, or its table, with the same filters but for what is given.</summary>
    /// <param name="path">The page's path.</param>
    /// <param name="span">Another number of days.</param>
    public string At(string path, int? span = null) => UsageLink.To(path, IsOwn ? null : User ?? UsageLink.Everybody, span ?? Span, Model, Key);

    /// <summary>The page of one model.</summary>
    public string OfModel(string? model) => UsageLink.To(UsageLink.Page, IsOwn ? null : User ?? UsageLink.Everybody, Span, model, Key);

    /// <summary>The page of one key.</summary>
    public string OfKey(UsageKey? key) => UsageLink.To(UsageLink.Page, IsOwn ? null : User ?? UsageLink.Everybody, Span, Model, key);

    /// <summary>The page of one user.</summary>
    public string OfUser(string user) => UsageLink.To(UsageLink.Page, user, Span, null, null);
}

/// <summary>One day.</summary>
/// <param name="Day">Which, UTC.</param>
/// <param name="Figures">What was used.</param>
public sealed record UsageDay(DateOnly Day, UsageFigures Figures);

/// <summary>A key as the ledger knows it.</summary>
/// <param name="Id">What the ledger calls it; null where it has nothing but the name.</param>
/// <param name="Name">What its owner calls it, or called it last.</param>
public sealed record UsageKey(string? Id, string Name);

/// <summary>What belongs to one model, key or user.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Figures">What was used.</param>
public sealed record UsageShare(string Name, UsageFigures Figures)
{
    /// <summary>The key; null where it is no key's.</summary>
    public UsageKey? Key { get; init; }

    /// <summary>Whether it is of somebody who had a user's name before who has it now: no page shows more of it.</summary>
    public bool IsFormer { get; init; }

    /// <summary>What has to be said beside the name; null for nothing.</summary>
    public string? Remark { get; init; }
}
