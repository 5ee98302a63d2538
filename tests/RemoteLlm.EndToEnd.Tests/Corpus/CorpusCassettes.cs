using RemoteLlm.EndToEnd.Tests.Clients;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>The repository's cassettes that a client can have played through the relay, and what sort each is. Nothing goes by a cassette's name.</summary>
internal static class CorpusCassettes
{
    private static readonly IReadOnlyList<Cassette> s_all = CassetteFiles.FromDirectory(Path.Combine(Repository.Root, "cassettes"));

    /// <summary>All that ask an endpoint which crosses the tunnel and name a model: without one the broker answers itself.</summary>
    public static IReadOnlyList<Cassette> Relayed { get; } =
        [.. s_all.Where(cassette => ApiEndpoints.Find(cassette.Request.Path) is { } endpoint && endpoint.Method == cassette.Request.Method && cassette.Request.Model is not null)];

    /// <summary>Every model that a cassette names.</summary>
    public static IReadOnlyList<string> Models { get; } = [.. s_all.Select(cassette => cassette.Request.Model).OfType<string>().Distinct()];

    /// <summary>Those whose answer must arrive byte for byte.</summary>
    public static IEnumerable<Cassette> Unchanged => Relayed.Where(cassette => !IsRerank(cassette) && !IsCut(cassette) && Foreign(cassette) is null);

    /// <summary>The cassette of that name.</summary>
    public static Cassette Named(string name) => s_all.Single(cassette => cassette.Name == name);

    public static ApiEndpoint Endpoint(Cassette cassette) => ApiEndpoints.Find(cassette.Request.Path)!;

    public static bool IsRerank(Cassette cassette) => Endpoint(cassette).Role == EndpointRole.Rerank;

    public static bool IsCut(Cassette cassette) => cassette.Response.End == ResponseEnd.Cut;

    /// <summary>Chunks of a chat or a completion: what carries the usage that somebody asked for.</summary>
    public static bool IsChunks(Cassette cassette) =>
        Endpoint(cassette).Stream == StreamFormat.ChatEvents
        && cassette.Response is { Status: 200 } answer
        && answer.Headers.Any(header => header.Name == "Content-Type" && header.Values[0].StartsWith("text/event-stream", StringComparison.Ordinal));

    /// <summary>The error that a client gets in place of one which it would not understand; null where it gets the server's own.</summary>
    public static ForeignError? Foreign(Cassette cassette) => ForeignError.Of(Endpoint(cassette).Dialect, cassette.Response.Status, MaskedChunks.Join(cassette.Response.Chunks));
}
