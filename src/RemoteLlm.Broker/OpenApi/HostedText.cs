using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>
/// A text in which the server's own address stands, made once and kept as bytes. Each caller gets it with the address by which it came, since only
/// the caller knows what that is; a copy for each address would let callers fill the memory with addresses.
/// </summary>
internal sealed class HostedText
{
    /// <summary>Stands for the address while the text is made. Neither JSON nor HTML escapes anything in it.</summary>
    public const string Placeholder = "https://address-of-this-server.invalid";

    private static readonly SearchValues<char> s_hostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:[]_");

    private readonly string _contentType;
    private readonly byte[][] _pieces;
    private readonly byte[] _digest;

    /// <summary>Keeps a text.</summary>
    /// <param name="text">With <see cref="Placeholder"/> wherever the address belongs.</param>
    /// <param name="contentType">Its type.</param>
    public HostedText(string text, string contentType)
    {
        _contentType = contentType;
        _pieces = [.. text.Split(Placeholder).Select(Encoding.UTF8.GetBytes)];
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Answers with the text, or with 304 to whoever has it.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var address = Encoding.ASCII.GetBytes(AddressOf(request));
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData([.. _digest, .. address]).AsSpan(0, 12))}\"");
        response.GetTypedHeaders().ETag = tag;
        // A newer version says something else at once; asking whether it does costs next to nothing.
        response.Headers.CacheControl = "private, no-cache";
        if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = _contentType;
        response.ContentLength = _pieces.Sum(piece => (long)piece.Length) + ((_pieces.Length - 1L) * address.Length);
        for (var i = 0; i < _pieces.Length; i++)
        {
            if (i > 0)
                response.BodyWriter.Write(address);
            response.BodyWriter.Write(_pieces[i]);
        }

        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    // As the proxy in front tells it, where it is trusted. What is no name of a host is not repeated: it would stand in a page and in command lines.
    private static string AddressOf(HttpRequest request)
    {
        var host = request.Host.ToUriComponent();
        return host.Length > 0 && !host.AsSpan().ContainsAnyExcept(s_hostCharacters) ? $"{request.Scheme}://{host}" : "http://localhost";
    }
}
