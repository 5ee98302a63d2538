using Microsoft.AspNetCore.Http;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Recording;

/// <summary>The credentials of one request, and the request without them.</summary>
internal static class RequestSecrets
{
    /// <summary>A mask that covers the credentials of this request and of the target.</summary>
    public static SecretMask MaskFor(HttpRequest request, string? apiKey)
    {
        var values = request.Headers.Where(header => SecretNames.IsCredentialHeader(header.Key)).SelectMany(header => header.Value).OfType<string>();
        var parameters = request.Query.Where(parameter => SecretNames.IsSecretParameter(parameter.Key)).SelectMany(parameter => parameter.Value).OfType<string>();
        return new SecretMask([.. values.SelectMany(Parts), .. parameters, apiKey ?? ""]);
    }

    /// <summary>The request as cassettes see it.</summary>
    public static IncomingRequest Masked(HttpRequest request, ReadOnlySpan<byte> body, SecretMask mask)
    {
        var query = request.Query.Where(parameter => !SecretNames.IsSecretParameter(parameter.Key))
            .SelectMany(parameter => parameter.Value.Select(value => KeyValuePair.Create(mask.Text(parameter.Key), mask.Text(value ?? ""))));

        // Masked like the body: the boundary stands in both.
        var contentType = request.ContentType is { } type ? mask.Text(type) : null;
        return new IncomingRequest(request.Method, mask.Text(request.Path.Value ?? "/"), [.. query], mask.Bytes(body), contentType);
    }

    /// <summary>"Bearer KEY" is a scheme and a secret, "a=SECRET; b=SECRET" names and secrets; each secret is looked for alone.</summary>
    private static IEnumerable<string> Parts(string header)
    {
        var words = header.Split([' ', ';', ','], StringSplitOptions.RemoveEmptyEntries);
        return words.Where(word => !word.Equals("Bearer", StringComparison.OrdinalIgnoreCase)).Select(word => word[(word.IndexOf('=') + 1)..].Length > 0 ? word[(word.IndexOf('=') + 1)..] : word);
    }
}
