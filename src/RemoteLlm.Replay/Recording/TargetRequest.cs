using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Replay.Playback;

namespace RemoteLlm.Replay.Recording;

/// <summary>Makes the request to the target from the request of the client.</summary>
internal static class TargetRequest
{
    private const string AnthropicKeyHeader = "x-api-key";
    private const string VersionPath = "/v1";

    /// <summary>The same request, with the target's key in place of the client's credentials, and asking for an answer that is not compressed.</summary>
    public static HttpRequestMessage From(HttpRequest request, byte[] body, Uri target, string? apiKey)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), Address(target, request.Path, request.QueryString));
        if (body.Length > 0 || request.ContentType is not null)
        {
            message.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in request.Headers)
        {
            if (IsSentOn(name) && !message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        // llama-server closes after a stream although it says keep-alive; a connection of its own for each request never meets that.
        message.Headers.ConnectionClose = true;
        AddKey(message, request, apiKey);
        return message;
    }

    /// <summary>The target's address with the path and query of the request; a <c>/v1</c> that both have is written once.</summary>
    internal static Uri Address(Uri target, PathString path, QueryString query)
    {
        var prefix = target.AbsolutePath.TrimEnd('/');
        if (prefix.EndsWith(VersionPath, StringComparison.Ordinal) && path.StartsWithSegments(VersionPath, StringComparison.Ordinal))
        {
            prefix = prefix[..^VersionPath.Length];
        }

        return new Uri(target.GetLeftPart(UriPartial.Authority) + prefix + path.ToUriComponent() + query.ToUriComponent());
    }

    private static bool IsSentOn(string name) =>
        !FramingHeaders.Contains(name)
        && !SecretNames.IsCredentialHeader(name)
        && !name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("Expect", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("Accept-Encoding", StringComparison.OrdinalIgnoreCase);

    /// <summary>The key goes where the client put its own: Anthropic's clients use a header of their own.</summary>
    private static void AddKey(HttpRequestMessage message, HttpRequest request, string? apiKey)
    {
        if (string.IsNullOrEmpty(apiKey))
        {
            return;
        }

        if (request.Headers.ContainsKey(AnthropicKeyHeader))
        {
            message.Headers.Add(AnthropicKeyHeader, apiKey);
            return;
        }

        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }
}
