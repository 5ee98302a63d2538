using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Replay.Matching;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>Reads one cassette; the format is described in this project's README.</summary>
internal static class CassetteReader
{
    /// <summary>An hour; a longer wait is a slip of the pen.</summary>
    public const int LongestWaitMilliseconds = 3_600_000;

    /// <summary>Reads the YAML of a cassette.</summary>
    /// <param name="name">Name of the cassette: its file name without the ending.</param>
    /// <param name="yaml">The text of the file.</param>
    /// <exception cref="CassetteException">The text is not YAML or not a cassette; says file, line and column.</exception>
    public static Cassette Read(string name, string yaml)
    {
        var file = name + ".yaml";
        var cassette = new YamlMembers(file, Document(file, yaml), "a cassette");
        var source = cassette.Text("source");
        if (string.IsNullOrWhiteSpace(source))
        {
            throw new CassetteException($"{file}: 'source' must say where the content came from; a hand-written cassette says so");
        }

        var request = ReadRequest(file, new YamlMembers(file, cassette.Require("request"), "request"));
        var response = ReadResponse(file, new YamlMembers(file, cassette.Require("response"), "response"));
        cassette.Done();
        return new Cassette(name, source.Trim(), request, response);
    }

    private static YamlNode Document(string file, string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException error)
        {
            throw new CassetteException(YamlMembers.Error(file, error.Start, error.Message).Message, error);
        }

        return stream.Documents.Count == 1
            ? stream.Documents[0].RootNode
            : throw new CassetteException($"{file}: a cassette is one YAML document, this file has {stream.Documents.Count}");
    }

    private static RequestMatcher ReadRequest(string file, YamlMembers request)
    {
        var method = request.TextOf(request.Require("method"), "'method'").ToUpperInvariant();
        var pathNode = request.Require("path");
        var path = request.TextOf(pathNode, "'path'");
        if (!path.StartsWith('/') || path.Contains('?'))
        {
            throw request.Error(pathNode, "'path' must start with / and hold no query; parameters go under 'query'");
        }

        var query = request.Take("query") is { } node
            ? new YamlMembers(file, node, "query").TakeAll().Select(pair => KeyValuePair.Create(pair.Key, request.TextOf(pair.Value, $"'{pair.Key}'"))).ToArray()
            : [];
        var body = ReadBody(file, request, ApiEndpoints.Find(path) is { StreamsByDefault: true });
        request.Done();
        return new RequestMatcher(method, path, query, body);
    }

    private static BodyMatcher? ReadBody(string file, YamlMembers request, bool streamsByDefault)
    {
        BodyMatcher?[] said =
        [
            request.Take("body") is { } body ? BodyRuleReader.Read(file, body, streamsByDefault) : null,
            request.Take("form") is { } form ? BodyRuleReader.ReadForm(file, form) : null,
            request.Text("body_sha256") is { } digest ? new DigestBodyMatcher(digest) : null,
        ];
        return said.Count(matcher => matcher is not null) <= 1
            ? said.FirstOrDefault(matcher => matcher is not null)
            : throw new CassetteException($"{file}: 'body', 'form' and 'body_sha256' exclude each other; keep one of them");
    }

    private static CassetteResponse ReadResponse(string file, YamlMembers response)
    {
        var status = response.Integer("status", 200, 599, 200);
        var after = Wait(response);
        var headers = response.Take("headers") is { } node ? ReadHeaders(new YamlMembers(file, node, "headers")) : [];
        var chunks = response.Take("chunks") is { } list ? ReadChunks(file, response, list) : null;
        var end = response.Take("end") is { } said ? ReadEnd(response, said) : ResponseEnd.Complete;
        var body = BodyReader.TakeBytes(response, "body", "body_base64");
        response.Done();
        if (chunks is not null && body is not null)
        {
            throw new CassetteException($"{file}: response has both a body and chunks; keep one of them");
        }

        if (chunks is null && end == ResponseEnd.Cut)
        {
            throw new CassetteException($"{file}: 'end: cut' needs 'chunks'; a body with a length cannot be cut");
        }

        var whole = body is { Length: > 0 } bytes ? new[] { new CassetteChunk(TimeSpan.Zero, bytes) } : [];
        return new CassetteResponse(status, headers, after, chunks is not null, chunks ?? whole, end);
    }

    private static CassetteHeader[] ReadHeaders(YamlMembers headers)
    {
        return [.. headers.TakeAll().Select(Header)];

        CassetteHeader Header(KeyValuePair<string, YamlNode> pair)
        {
            var values = pair.Value is YamlSequenceNode list ? list.Children : [pair.Value];
            return Playback.FramingHeaders.Contains(pair.Key)
                ? throw headers.Error(pair.Value, $"'{pair.Key}' frames the message and is set by the server; see 'chunks' and 'end'")
                : new CassetteHeader(pair.Key, [.. values.Select(value => headers.TextOf(value, $"'{pair.Key}'"))]);
        }
    }

    private static CassetteChunk[] ReadChunks(string file, YamlMembers response, YamlNode node)
    {
        return node is YamlSequenceNode list ? [.. list.Children.Select(Chunk)] : throw response.Error(node, "'chunks' must be a list");

        CassetteChunk Chunk(YamlNode item)
        {
            var chunk = new YamlMembers(file, item, "a chunk");
            var after = Wait(chunk);
            var bytes = BodyReader.TakeBytes(chunk, "text", "base64");
            chunk.Done();
            return bytes is { Length: > 0 } some ? new CassetteChunk(after, some) : throw response.Error(item, "a chunk needs bytes: 'text' or 'base64'");
        }
    }

    private static ResponseEnd ReadEnd(YamlMembers response, YamlNode node) => response.TextOf(node, "'end'") switch
    {
        "complete" => ResponseEnd.Complete,
        "close" => ResponseEnd.Close,
        "cut" => ResponseEnd.Cut,
        _ => throw response.Error(node, "'end' must be complete, close or cut"),
    };

    private static TimeSpan Wait(YamlMembers members) => TimeSpan.FromMilliseconds(members.Integer("after_ms", 0, LongestWaitMilliseconds, 0));
}
