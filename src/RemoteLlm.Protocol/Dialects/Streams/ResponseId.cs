using System.Text;

namespace RemoteLlm.Protocol.Dialects.Streams;

/// <summary>Finds the id of a response in the first events of its stream, so that heartbeats can name it.</summary>
internal static class ResponseId
{
    private const int MaxLength = 128;

    private static ReadOnlySpan<byte> Sign => "\"id\":\"resp"u8;

    /// <summary>The id if it stands whole in these bytes; null otherwise. Ids of this kind belong to nothing else in a stream.</summary>
    public static string? Find(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.IndexOf(Sign);
        if (at < 0)
            return null;
        var id = bytes[(at + "\"id\":\"".Length)..];
        var end = id.IndexOf((byte)'"');
        return end is > 0 and <= MaxLength && id[..end].IndexOfAnyExceptInRange((byte)'-', (byte)'z') < 0 && !id[..end].Contains((byte)'\\')
            ? Encoding.ASCII.GetString(id[..end])
            : null;
    }
}
