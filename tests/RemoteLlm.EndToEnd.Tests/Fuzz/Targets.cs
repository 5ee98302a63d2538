using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>Draws request targets: paths that are served, and paths that some server on the way could take for another one.</summary>
internal static class Targets
{
    private static readonly string[] s_served =
        [.. ApiEndpoints.All.Where(endpoint => endpoint.Role != EndpointRole.Management).SelectMany(endpoint => endpoint.Aliases.Prepend(endpoint.Path))];

    private static readonly string[] s_managed = [.. ApiEndpoints.All.Where(endpoint => endpoint.Role == EndpointRole.Management).Select(endpoint => endpoint.Path)];

    private static readonly string[] s_tricks =
    [
        "//v1/..%2fapi/delete", "/v1/chat/completions/..;/api/pull", "/v1/%2e%2e/api/delete", "/v1/../api/pull", "/v1/chat/completions/../../../api/delete", "/%2e%2e/%2e%2e/api/push", "/v1\\..\\api\\delete", "/v1/..\\api/delete",
        "/api/delete;jsessionid=1", "/v1/chat/completions;jsessionid=1", "/v1/chat/completions;/../../api/pull", "/%252e%252e/api/delete", "/v1/%252e%252e%252fapi%252fpull", "/api%2fdelete", "/api%5cdelete", "/api%252fdelete",
        "/v1/chat/completions%00", "/v1/chat/completions%00/api/pull", "/v1/chat/completions%0d%0aX-Injected:%201", "/v1/chat/completions%20", "/v1/chat/completions%2f", "/v1%2fchat%2fcompletions", "/v1/chat/completions/%2e", "/v1/chat/completions/.",
        "/v1/ch%61t/completions", "/v1/chat/completion%73", "/%76%31/messages", "/v1/chat/completions?x=/api/pull", "/v1/chat/completions?", "/v1/chat/completions??a", "/?/v1/chat/completions", "/v1?/chat/completions", "/api/chat?/../delete", "/v1/chat/completions#x",
        "/v1/chat/completions%3f/api/delete", "/v1/chat/completions%23", "/v1/ch%d0%b0t/completions", "/v1/chаt/completions", "/v1/chat/completions\u00a0", "/api／delete", "/api%ef%bc%8fdelete", "/v1/%c0%ae%c0%ae/api/delete", "/v1/%c0%afapi", "/v1/%ff", "/v1/%", "/v1/%zz", "/v1/%u002e",
        "http://broker/v1/chat/completions", "http://broker/api/delete", "HTTP://BROKER/v1/chat/completions", "http://evil.example/v1/chat/completions", "http://user:pw@broker/v1/chat/completions", "https://broker/v1/messages", "http://broker", "http://[::1", "http:/v1/chat/completions", "//evil.example/v1/chat/completions", "ftp://broker/x", "file:///etc/passwd",
        "*", "", "v1/chat/completions", "broker:80", "/", "/.", "/..", "/...", "/./././v1/chat/completions", "///v1///chat///completions", "/v1/models", "/v1/models/", "/v1/models/test-model", "/v1/models/..%2f..%2fapi%2fpull", "/v1/models/%00", "/v1/models/%ff", "/v1/models/a/../b", "/api/tags", "/api/ps", "/api/version",
        "/openapi.json", "/docs", "/metrics", "/health", "/ready", "/log-level", "/healthz", "/.env", "/users.yaml", "/../users.yaml", "/api/blobs/sha256:0", "/api/pull/x", "/api/delete/", "/api/delete.", "/api/./delete", "/api//delete", "/API/DELETE", "/Api/Pull", "/V1/Chat/Completions", "/v1/chat/completions/", "/v1/chat/completions.",
        ControlContract.Path, ControlContract.Path + "/negotiate", ControlContract.Path + "?id=x", ChannelHandshake.Path, ChannelHandshake.Path + "/", TunnelHeaders.WarmUpPath,
    ];

    private static readonly string[] s_splices = ["/", "//", "/./", "/../", "%2e%2e/", "%2f", "\\", ";", ";a=b", "?", "#", "%00", "%", "%25", "%20", ".", "%c0%af", "é", "\t", "@", ":"];

    /// <summary>Draws one.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="path">The path that it was made from, for whoever draws a body.</param>
    public static string Draw(Random random, out string path)
    {
        path = random.Of(s_served);
        return random.Next(20) switch
        {
            0 => random.Of(s_tricks),
            1 => path = random.Of(s_managed),
            2 => Mangled(random, random.Once(3) ? random.Of(s_managed) : path),
            _ => path,
        };
    }

    private static string Mangled(Random random, string path)
    {
        var at = random.Next(path.Length + 1);
        return random.Next(5) switch
        {
            0 => path[..at] + random.Of(s_splices) + path[at..],
            1 => random.Of(s_splices) + path,
            2 => path + random.Of(s_splices) + random.Of(s_managed),
            3 => string.Concat(path.Select(letter => random.Once(5) ? $"%{(int)letter:x2}" : $"{letter}")),
            _ => string.Concat(path.Select(letter => random.Once(4) ? char.ToUpperInvariant(letter) : letter)),
        };
    }
}
