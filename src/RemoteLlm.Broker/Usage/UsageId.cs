using System.Buffers;
using System.Buffers.Binary;

namespace RemoteLlm.Broker.Usage;

/// <summary>The id of a record, <c>req_</c> and a version 7 UUID without hyphens, as a number: the ids of a month are held in memory.</summary>
internal static class UsageId
{
    /// <summary>Characters of every id.</summary>
    public const int Length = 4 + 32;

    /// <summary>Reads an id in UTF-8.</summary>
    /// <param name="text">The id.</param>
    /// <param name="key">The UUID.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out UInt128 key)
    {
        Span<byte> bytes = stackalloc byte[16];
        key = default;
        if (text.Length != Length || !text.StartsWith("req_"u8) || Convert.FromHexString(text[4..], bytes, out _, out _) != OperationStatus.Done)
            return false;
        key = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return IsVersion7(bytes);
    }

    /// <summary>Reads an id.</summary>
    public static bool TryParse(string? text, out UInt128 key)
    {
        Span<byte> bytes = stackalloc byte[16];
        key = default;
        if (text is not { Length: Length } || !text.StartsWith("req_", StringComparison.Ordinal) || Convert.FromHexString(text.AsSpan(4), bytes, out _, out _) != OperationStatus.Done)
            return false;
        key = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return IsVersion7(bytes);
    }

    /// <summary>The moment in an id, ms since 1970: its first 48 bits (RFC 9562, 5.7).</summary>
    public static DateTimeOffset TimeOf(UInt128 key) => DateTimeOffset.UnixEpoch.AddMilliseconds((long)(key >> 80));

    // Later than what a DateTimeOffset holds is none that a clock made.
    private static bool IsVersion7(ReadOnlySpan<byte> bytes) => bytes[6] >> 4 == 7 && bytes[8] >> 6 == 0b10 && bytes[0] < 0xE0;
}
