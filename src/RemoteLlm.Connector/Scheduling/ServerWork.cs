namespace RemoteLlm.Connector.Scheduling;

/// <summary>What a request will take at a server, by an estimate.</summary>
/// <param name="Prompt">Tokens of its prompt.</param>
/// <param name="Answer">Tokens that its answer is expected to have.</param>
/// <param name="Tokens">Tokens that it takes of the server's own limit: prompt and answer at their most.</param>
internal readonly record struct ServerWork(long Prompt, long Answer, long Tokens);
