namespace RemoteLlm.Broker.Access.Users;

/// <summary>What an entry is to say of limits and models from now on, as a whole: what is null here is not stated there any more.</summary>
/// <param name="Limits">The limits of its own.</param>
/// <param name="Models">Globs of the models allowed; null = all, empty = none.</param>
public sealed record UserChange(LimitFields Limits, IReadOnlyList<string>? Models);
