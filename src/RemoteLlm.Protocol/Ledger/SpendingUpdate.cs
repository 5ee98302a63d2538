using System.Text.Json.Serialization;

namespace RemoteLlm.Protocol.Ledger;

/// <summary>What users with a budget have used, by the ledger.</summary>
/// <param name="Now">The broker's clock: days and months are its own.</param>
/// <param name="Whole">True when it replaces all that was known; false when it tells of those who are listed only.</param>
/// <param name="Users">Users who have a budget.</param>
public sealed record SpendingUpdate(DateTimeOffset Now, bool Whole, IReadOnlyList<UserSpending> Users);

/// <summary>What one user has used, by the ledger.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Version">A later state of the same broker process has a greater one: of two, the later counts, in whichever order they arrive.</param>
/// <param name="Day">The day, UTC, that <paramref name="TokensToday"/> and <paramref name="CostToday"/> are of; its month is that of the others.</param>
/// <param name="TokensToday">Tokens of prompts and answers on that day.</param>
/// <param name="TokensThisMonth">In that month.</param>
/// <param name="CostToday">US dollars on that day.</param>
/// <param name="CostThisMonth">US dollars in that month.</param>
public sealed record UserSpending(
    [property: JsonPropertyName("n")] string User,
    [property: JsonPropertyName("v")] long Version,
    [property: JsonPropertyName("d")] DateOnly Day,
    [property: JsonPropertyName("td")] long TokensToday,
    [property: JsonPropertyName("tm")] long TokensThisMonth,
    [property: JsonPropertyName("cd")] decimal CostToday,
    [property: JsonPropertyName("cm")] decimal CostThisMonth);
