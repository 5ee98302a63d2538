using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Broker.Routing;

/// <summary>
/// By what a conversation is known again, best first: a name that its client gives it, else its first message. A request can have several, and an early request of a
/// conversation others than a late one: where it went is remembered under all of them. Nobody finds another user's.
/// </summary>
internal static class ConversationKeys
{
    // Where the body is read no further than routing needs, a long message has not come whole: two requests must hash the same part of it.
    private const int MaxMessage = 4096;

    /// <summary>The keys of a request; empty when nothing tells.</summary>
    /// <param name="request">Its headers.</param>
    /// <param name="scan">What was found in its body.</param>
    /// <param name="body">The beginning of its body.</param>
    /// <param name="key">Whose request it is.</param>
    public static IReadOnlyList<UInt128> Of(HttpRequest request, RequestScanner scan, ReadOnlySpan<byte> body, KeyRecord key)
    {
        var keys = new List<UInt128>(capacity: 2);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AddHeader("X-Claude-Code-Session-Id");
        if (scan.PromptCacheKey is { } cacheKey)
            Add("prompt_cache_key", Encoding.UTF8.GetBytes(cacheKey));
        AddHeader("X-Session-Id");
        if (scan.FirstMessage is { } message && FirstMessage(message, body) is { IsEmpty: false } text)
            Add("message", text);
        return keys;

        void AddHeader(string name)
        {
            if (request.Headers.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } value)
                Add(name, Encoding.UTF8.GetBytes(value));
        }

        void Add(string kind, ReadOnlySpan<byte> value)
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            hash.AppendData(Encoding.UTF8.GetBytes($"{key.User}\n{kind}\n{scan.Model}\n"));
            hash.AppendData(value);
            hash.GetHashAndReset(digest);
            keys.Add(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest));
        }
    }

    private static ReadOnlySpan<byte> FirstMessage((long Start, long? End) message, ReadOnlySpan<byte> body)
    {
        var end = Math.Min(message.End ?? long.MaxValue, message.Start + MaxMessage);
        return end <= body.Length ? body[(int)message.Start..(int)end] : default;
    }
}
