using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Limits;

/// <summary>How a user stands with all limits at one moment: what the headers of an answer say.</summary>
/// <param name="Limits">Those in force.</param>
/// <param name="Requests">Requests that could come now.</param>
/// <param name="RequestsReset">Until as many as the burst could.</param>
/// <param name="Tokens">Tokens that could be taken now.</param>
/// <param name="TokensReset">Until a minute's worth could.</param>
/// <param name="Budget">Day and month.</param>
/// <param name="Left">What is left of them.</param>
/// <param name="Now">The broker's clock, for when they are renewed.</param>
internal readonly record struct Figures(
    RequestLimits Limits, long Requests, TimeSpan RequestsReset, long Tokens, TimeSpan TokensReset, Budget Budget, BudgetLeft Left, DateTimeOffset Now);
