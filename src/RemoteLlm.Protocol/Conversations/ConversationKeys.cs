using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RemoteLlm.Protocol.Conversations;

/// <summary>
/// By what a conversation is known again, best first: a name that its client gives it, else its first message. A request can have several, and an early request of a
/// conversation others than a late one: where it went is remembered under all of them. Nobody finds another user's.
/// </summary>
public static class ConversationKeys
{
    /// <summary>
    /// The most bytes of the first message that count. Where a body is read no further than routing needs, a long message has not come whole: two requests must hash the same part of it.
    /// </summary>
    public const int MaxMessage = 4096;

    /// <summary>The keys of a request; empty when nothing tells.</summary>
    /// <param name="user">Whose request it is.</param>
    /// <param name="model">The model that it asks for.</param>
    /// <param name="header">Gives the value of a header; null or empty for none.</param>
    /// <param name="cacheKey">OpenAI's <c>prompt_cache_key</c>; null for none.</param>
    /// <param name="message">The JSON of its first message that is no instruction, see <see cref="Part"/>; empty for none.</param>
    public static IReadOnlyList<UInt128> Of(string user, string? model, Func<string, string?> header, string? cacheKey, ReadOnlySpan<byte> message)
    {
        var keys = new List<UInt128>(capacity: 2);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AddText("X-Claude-Code-Session-Id", header("X-Claude-Code-Session-Id"));
        AddText("prompt_cache_key", cacheKey);
        AddText("X-Session-Id", header("X-Session-Id"));
        if (!message.IsEmpty)
            Add("message", message);
        return keys;

        void AddText(string kind, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                Add(kind, Encoding.UTF8.GetBytes(value));
        }

        void Add(string kind, ReadOnlySpan<byte> value)
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            hash.AppendData(Encoding.UTF8.GetBytes($"{user}\n{kind}\n{model}\n"));
            hash.AppendData(value);
            hash.GetHashAndReset(digest);
            keys.Add(BinaryPrimitives.ReadUInt128LittleEndian(digest));
        }
    }

    /// <summary>Which bytes of the body count of its first message; null when there is none.</summary>
    /// <param name="message">Where the message begins, and ends if it has.</param>
    public static (long Start, long End)? Part((long Start, long? End)? message) =>
        message is { } found ? (found.Start, Math.Min(found.End ?? long.MaxValue, found.Start + MaxMessage)) : null;
}
