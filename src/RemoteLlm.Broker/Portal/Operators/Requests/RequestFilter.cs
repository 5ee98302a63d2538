using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Usage;

namespace RemoteLlm.Broker.Portal.Operators.Requests;

/// <summary>Which requests are shown. Empty fields let all through.</summary>
/// <param name="User">Of whom.</param>
/// <param name="Model">For which model.</param>
/// <param name="Connector">At which connector.</param>
/// <param name="Outcome">One of <see cref="Answered"/>, <see cref="Failed"/>, <see cref="Stopped"/> and <see cref="Cancelled"/>; running ones have none yet and are shown all the same.</param>
/// <param name="Id">A part of the id, as its client or the log has it.</param>
/// <param name="All">All that are known, not the latest alone.</param>
public sealed record RequestFilter(string User, string Model, string Connector, string Outcome, string Id, bool All)
{
    /// <summary>Ended without an error.</summary>
    public const string Answered = "answered";

    /// <summary>Ended with an error, stopped ones not among them.</summary>
    public const string Failed = "failed";

    /// <summary>Ended by its caller or an operator.</summary>
    public const string Stopped = "stopped";

    /// <summary>Ended by an operator.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Whether it lets all requests through.</summary>
    public bool IsEmpty => User.Length + Model.Length + Connector.Length + Outcome.Length + Id.Length == 0;

    /// <summary>The filter as a query, empty or with its question mark.</summary>
    public string Query
    {
        get
        {
            (string Name, string Value)[] members = [("user", User), ("model", Model), ("connector", Connector), ("outcome", Outcome), ("id", Id), ("all", All ? "1" : "")];
            var given = members.Where(static member => member.Value.Length > 0).Select(static member => $"{member.Name}={Uri.EscapeDataString(member.Value)}").ToList();
            return given.Count == 0 ? "" : "?" + string.Join('&', given);
        }
    }

    internal static RequestFilter Of(IQueryCollection query) =>
        new(Text(query, "user"), Text(query, "model"), Text(query, "connector"), Text(query, "outcome"), Text(query, "id"), query.ContainsKey("all"));

    internal bool Shows(string user, string? model, string? connector, string id, string label) =>
        Is(User, user) && Is(Model, model) && Is(Connector, connector)
        && (Id.Length == 0 || id.Contains(Id, StringComparison.OrdinalIgnoreCase) || label.Contains(Id, StringComparison.OrdinalIgnoreCase));

    internal bool ShowsOutcome(string? error) => Outcome switch
    {
        Answered => error is null,
        Failed => UsageOutcomes.Of(error) == UsageOutcome.Failed,
        Stopped => UsageOutcomes.Of(error) == UsageOutcome.Stopped,
        Cancelled => error == UsageOutcomes.Cancelled,
        _ => true,
    };

    private static bool Is(string wanted, string? given) => wanted.Length == 0 || wanted == given;

    private static string Text(IQueryCollection query, string name) => query[name].ToString() is { Length: <= 256 } text ? text.Trim() : "";
}
