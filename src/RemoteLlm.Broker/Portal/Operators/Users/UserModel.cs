using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Home;
using RemoteLlm.Broker.Portal.Keys;

namespace RemoteLlm.Broker.Portal.Operators.Users;

/// <summary>One user, for operators.</summary>
/// <param name="Name">Who.</param>
/// <param name="GitLabId">GitLab's number of him; null where unknown.</param>
/// <param name="State">His state.</param>
/// <param name="IsOperator">Whether he runs the broker.</param>
/// <param name="IsSelf">Whether it is the one who looks.</param>
/// <param name="IsListed">Whether he stands in the file, and so can be changed here.</param>
/// <param name="CreatedAt">When he was added, if known.</param>
/// <param name="TokensToday">What he used today, in words.</param>
/// <param name="TokensThisMonth">What he used in the month, in words.</param>
/// <param name="CostThisMonth">What that cost, in words.</param>
/// <param name="Budgets">His budgets, and what is left of them.</param>
/// <param name="Keys">His keys.</param>
/// <param name="Form">The form of his limits and models.</param>
public sealed record UserModel(
    string Name,
    long? GitLabId,
    UserState State,
    bool IsOperator,
    bool IsSelf,
    bool IsListed,
    DateTimeOffset? CreatedAt,
    string TokensToday,
    string TokensThisMonth,
    string CostThisMonth,
    IReadOnlyList<BudgetLine> Budgets,
    IReadOnlyList<KeyRow> Keys,
    LimitsForm Form)
{
    /// <summary>Whose entry it is (<see cref="UserStamp.OfOwner"/>), for its forms.</summary>
    public required string Owner { get; init; }

    /// <summary>Whether the setting <c>--operators</c> makes an operator of him at every login.</summary>
    public bool IsOperatorBySetting { get; init; }

    /// <summary>The address of this page.</summary>
    public string Path => UsersEndpoints.PathOf(Name);
}
