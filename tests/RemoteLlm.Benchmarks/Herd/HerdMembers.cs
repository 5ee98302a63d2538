namespace RemoteLlm.Benchmarks.Herd;

/// <summary>The connectors of one process.</summary>
/// <param name="Broker">What they dial.</param>
/// <param name="Llm">Their LLM server.</param>
/// <param name="Tokens">One for each.</param>
internal sealed record HerdMembers(string Broker, string Llm, IReadOnlyList<string> Tokens);
