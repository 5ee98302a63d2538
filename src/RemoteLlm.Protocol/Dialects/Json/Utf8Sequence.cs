using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>Checks UTF-8 that arrives in pieces: keeps the bytes of a character that a read has split, at most three.</summary>
internal struct Utf8Sequence
{
    private uint _bytes;
    private int _length;

    /// <summary>Whether a character is begun and not ended.</summary>
    public readonly bool IsOpen => _length != 0;

    /// <summary>Takes the next bytes. Returns the offset of the first byte that cannot be UTF-8, or -1.</summary>
    public int Check(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (IsOpen && taken < bytes.Length)
        {
            if (!TryAppend(bytes[taken]))
                return taken;
            taken++;
        }

        var rest = bytes[taken..];
        var split = SplitTail(rest);
        if (!Utf8.IsValid(rest[..^split]))
            return taken + FirstInvalid(rest);
        foreach (var next in rest[^split..])
            TryAppend(next);
        return -1;
    }

    /// <summary>Bytes that make the open character a valid one, for who has to close what somebody else left half-written.</summary>
    public readonly void Complete(IBufferWriter<byte> output)
    {
        var copy = this;
        while (copy.IsOpen)
        {
            // Some lead bytes allow only half of the continuation bytes (RFC 3629): one of the two ends always fits.
            var next = copy.TryAppend(0x80) ? (byte)0x80 : (byte)0xBF;
            if (next == 0xBF)
                copy.TryAppend(0xBF);
            output.Write([next]);
        }
    }

    /// <summary>Takes one more byte; false, and unchanged, if it cannot follow.</summary>
    private bool TryAppend(byte next)
    {
        var grown = this;
        MemoryMarshal.AsBytes(new Span<uint>(ref grown._bytes))[grown._length++] = next;
        var status = Rune.DecodeFromUtf8(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in grown._bytes))[..grown._length], out _, out _);
        if (status == OperationStatus.InvalidData)
            return false;
        this = status == OperationStatus.Done ? default : grown;
        return true;
    }

    /// <summary>How many bytes at the end begin a character without ending it.</summary>
    private static int SplitTail(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length <= Math.Min(3, bytes.Length); length++)
        {
            if ((bytes[^length] & 0xC0) != 0x80)
                return Rune.DecodeFromUtf8(bytes[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
        }

        return 0;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out var length) == OperationStatus.Done)
            offset += length;
        return offset;
    }
}
