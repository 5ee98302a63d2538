using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>Copies headers between the two sides of a forwarded request. Values are passed on as they are; names are filtered.</summary>
public static class ForwardHeaders
{
    /// <summary>Copies the request's headers, but for those of one connection, those that Connection names, and those that <paramref name="drop"/> names.</summary>
    public static void CopyRequest(IHeaderDictionary from, HttpRequestMessage to, Func<string, bool> drop)
    {
        foreach (var (name, values) in from)
        {
            // Content-Length comes from the content itself: a client's text must not contradict what is sent.
            if (HopByHop.Contains(name) || name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase) || drop(name) || HopByHop.NamedByConnection(from, name))
                continue;
            if (!Add(to.Headers, name, values) && to.Content is { } content)
                Add(content.Headers, name, values);
        }
    }

    /// <summary>Copies status and headers of an answer, but for those of one connection and those that <paramref name="drop"/> names.</summary>
    public static void CopyResponse(HttpResponseMessage from, HttpResponse to, Func<string, bool> drop)
    {
        to.StatusCode = (int)from.StatusCode;
        var connection = from.Headers.NonValidated.TryGetValues(HeaderNames.Connection, out var named) ? new StringValues([.. named]) : default;
        Copy(from.Headers.NonValidated, to.Headers, connection, drop);
        Copy(from.Content.Headers.NonValidated, to.Headers, connection, drop);
    }

    private static bool Add(System.Net.Http.Headers.HttpHeaders headers, string name, StringValues values) =>
        values.Count == 1 ? headers.TryAddWithoutValidation(name, values.ToString()) : headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to, StringValues connection, Func<string, bool> drop)
    {
        foreach (var (name, values) in from)
        {
            // Kestrel refuses the whole answer for one such value; a server's odd header is no reason to lose its answer.
            if (HopByHop.Contains(name) || HopByHop.Lists(connection, name) || drop(name) || HasControlCharacter(values))
                continue;
            to[name] = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
        }
    }

    private static bool HasControlCharacter(System.Net.Http.Headers.HeaderStringValues values)
    {
        foreach (var value in values)
        {
            if (value.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0 || value.Contains('\x7f', StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
