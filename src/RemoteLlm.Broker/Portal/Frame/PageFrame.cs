using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Frame;

/// <summary>What every page knows beside its own model.</summary>
/// <param name="Viewer">Who looks at it; null before the login.</param>
/// <param name="Path">The page's path, by which the navigation knows where it is.</param>
/// <param name="PublicUrl">The portal's address without a slash at its end.</param>
/// <param name="Notice">What was done just now; null for nothing.</param>
/// <param name="Problem">Why what was asked was not done; null for nothing. A sentence for people.</param>
public sealed record PageFrame(Viewer? Viewer, string Path, string PublicUrl, Notice? Notice = null, string? Problem = null)
{
    /// <summary>Whether this is the page of a path or below it.</summary>
    public bool IsAt(string path) => path == "/" ? Path == "/" : Path == path || Path.StartsWith(path + "/", StringComparison.Ordinal);
}
