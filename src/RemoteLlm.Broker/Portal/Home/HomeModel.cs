namespace RemoteLlm.Broker.Portal.Home;

/// <summary>The first page after the login.</summary>
/// <param name="BaseUrl">What clients are given.</param>
/// <param name="Keys">How the user's keys stand.</param>
/// <param name="Budgets">What he may use in a day and a month, and what he has; empty where nothing is limited.</param>
/// <param name="Today">Tokens that he used today, in words.</param>
/// <param name="Rates">His other limits: what, and how much.</param>
/// <param name="Models">Names of models that are online and his to use; the first few.</param>
/// <param name="MoreModels">How many more there are.</param>
/// <param name="Running">Requests under way at all connectors.</param>
/// <param name="Waiting">Requests that wait for a slot at one of their servers.</param>
public sealed record HomeModel(
    string BaseUrl,
    HomeKeys Keys,
    IReadOnlyList<BudgetLine> Budgets,
    string Today,
    IReadOnlyList<(string What, string Amount)> Rates,
    IReadOnlyList<string> Models,
    int MoreModels,
    int Running,
    int Waiting)
{
    /// <summary>How busy it is, in words.</summary>
    public string Busy => Running switch { 0 => "Nobody is asking just now", 1 => "1 request under way", _ => $"{Running} requests under way" } + Waiting switch { 0 => ".", 1 => "; 1 waits for a slot.", _ => $"; {Waiting} wait for a slot." };
}

/// <summary>How a user's keys stand.</summary>
/// <param name="Active">How many are good.</param>
/// <param name="LastUsed">When the user asked for something last, by whichever key; null when not lately.</param>
/// <param name="Ending">The first that ends within a week; null for none.</param>
/// <param name="Ends">When that is.</param>
public sealed record HomeKeys(int Active, DateTimeOffset? LastUsed, string? Ending, DateTimeOffset? Ends);

/// <summary>A budget and what is left of it.</summary>
/// <param name="Name">Such as <c>Tokens today</c>.</param>
/// <param name="Used">What is used.</param>
/// <param name="Of">What may be used.</param>
/// <param name="Text">What is left, in words.</param>
public sealed record BudgetLine(string Name, double Used, double Of, string Text);
