using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>One exchange with an LLM server: which requests it answers, and the answer.</summary>
/// <param name="Name">File name without its ending.</param>
/// <param name="Source">Where the content came from.</param>
/// <param name="Request">The requests that it answers.</param>
/// <param name="Response">The answer.</param>
internal sealed record Cassette(string Name, string Source, RequestMatcher Request, CassetteResponse Response);
