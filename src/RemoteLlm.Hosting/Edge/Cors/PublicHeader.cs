using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.Hosting.Edge.Cors;

/// <summary>A header of answers that clients read.</summary>
/// <param name="Name">In small letters, as everywhere here.</param>
/// <param name="Meaning">What it says and when it is there.</param>
public sealed record PublicHeader(string Name, string Meaning)
{
    /// <summary>Whether its value is a whole number.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The one dialect that has it; null for all.</summary>
    public Dialect? Only { get; init; }

    /// <summary>Which answers have it.</summary>
    public HeaderPlace Place { get; init; }
}

/// <summary>Which answers have a header.</summary>
public enum HeaderPlace
{
    /// <summary>Every answer.</summary>
    Everywhere,

    /// <summary>Answers of relayed endpoints, refusals among them once the key is known.</summary>
    Relayed,

    /// <summary>Answers of status 429, 503 and 529.</summary>
    ComeBackLater,

    /// <summary>Answers of status 401, 403, 429, 503 and 529.</summary>
    MayBeFinal,

    /// <summary>Answers of status 401.</summary>
    Unauthorized,
}
