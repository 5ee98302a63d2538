using System.Globalization;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// With each request Ollama puts off when it will unload the model. Were that a change, every look at a busy server would send the whole inventory to the broker. The time told before stays as long as
/// it is neither near nor too late: whoever reads it meanwhile reads a time that was promised, and with the usual five minutes there is a new one every four.
/// </summary>
internal static class SettledExpiry
{
    /// <summary>Two looks: a time nearer than this might pass before the next is told.</summary>
    private static readonly TimeSpan s_near = TimeSpan.FromMinutes(1);

    /// <summary>The models found now, with the times told before where these still stand.</summary>
    /// <param name="found">Sorted by id.</param>
    /// <param name="before">What was told.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<ServerModel> Keep(IReadOnlyList<ServerModel> found, IReadOnlyList<ServerModel> before, DateTimeOffset now)
    {
        if (before.Count == 0 || !found.Any(static model => model.Ollama?.ExpiresAt is not null))
            return found;
        var told = before.ToDictionary(static model => model.Id, static model => model.Ollama?.ExpiresAt, StringComparer.Ordinal);
        return [.. found.Select(model => Keep(model, told.GetValueOrDefault(model.Id), now))];
    }

    private static ServerModel Keep(ServerModel model, string? told, DateTimeOffset now) =>
        model.Ollama is { ExpiresAt: { } found } ollama && Parse(told) is { } promised && Parse(found) >= promised && promised > now + s_near ? model with { Ollama = ollama with { ExpiresAt = told } } : model;

    private static DateTimeOffset? Parse(string? time) => DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : null;
}
