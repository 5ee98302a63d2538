using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>How a server fails before the first byte of an answer's body.</summary>
public enum ServerFault
{
    Refuses,
    ClosesAtOnce,
    ClosesAfterTheHead,
    SpeaksNoHttp,
    Html502,
    Json500,
    RateLimited429,
    WrongKey401,
    NoSuchModel404,
    Loading503,
    Hangs,
    HangsAfterTheHead,
}

/// <summary>Servers that fail like that.</summary>
internal static class ServerFaults
{
    /// <summary>Fails.</summary>
    public static LlmScript Script(ServerFault fault) => fault switch
    {
        ServerFault.ClosesAtOnce => exchange =>
        {
            exchange.Close();
            return Task.CompletedTask;
        },
        ServerFault.ClosesAfterTheHead => async exchange =>
        {
            await exchange.SendRaw(Head(exchange));
            exchange.Close();
        },
        ServerFault.HangsAfterTheHead => async exchange =>
        {
            await exchange.SendRaw(Head(exchange));
            await exchange.PeerClosed;
        },
        ServerFault.SpeaksNoHttp => LlmScripts.Garbage(),
        ServerFault.Html502 => Whole(502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"),
        ServerFault.Json500 => Error(500, "boom"),
        ServerFault.RateLimited429 => exchange => exchange.SendJson("""{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", 429, ("Retry-After", "30")),
        ServerFault.WrongKey401 => Error(401, "Incorrect API key provided"),
        ServerFault.NoSuchModel404 => Error(404, "The model `test-model` does not exist"),
        ServerFault.Loading503 => LlmScripts.Json("""{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", 503),
        ServerFault.Hangs => LlmScripts.Hang(),
        _ => WorkScripts.Good,
    };

    private static string Head(ScriptedExchange exchange) => WorkScripts.Of(exchange.Request) == Work.ChatStream
        ? "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        : "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n";

    private static LlmScript Error(int status, string message) => LlmScripts.Json($$$"""{"error":{"message":"{{{message}}}","type":"x","param":null,"code":null}}""", status);

    private static LlmScript Whole(int status, string type, string body) => exchange =>
        exchange.SendRaw($"HTTP/1.1 {status} Scripted\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
}
