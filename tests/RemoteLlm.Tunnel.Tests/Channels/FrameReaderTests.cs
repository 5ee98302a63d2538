using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class FrameReaderTests
{
    private readonly FrameLog _log = new();

    [Fact]
    public void Every_frame_comes_out_as_it_went_in()
    {
        byte[][] messages =
        [
            Frames.Data(7, 9, "hello"u8), Frames.Ack(8), Frames.Ping(8, -3), Frames.Pong(8, long.MinValue), Frames.Close(8, CloseReason.Revoked, "gone – für immer"),
        ];

        foreach (var message in messages)
            FrameReader.Read(message, _log);

        Assert.Equal(
            ["ack 7", "data at 9", "bytes 68656C6C6F", "ack 8", "ack 8", "ping -3", "ack 8", $"pong {long.MinValue}", "ack 8", "close Revoked gone – für immer"], _log.Calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(FrameFormat.MaxPayload)]
    public void Read_PayloadAtTheLimits_Passes(int length)
    {
        FrameReader.Read(Frames.Data(0, 0, new byte[length]), _log);

        Assert.Equal(length, _log.DataBytes);
    }

    [Fact]
    public void Read_AnUnknownCloseReason_IsAnInternalError()
    {
        FrameReader.Read(Frames.Close(0, (CloseReason)4711, "new in version 9"), _log);

        Assert.Equal("close InternalError new in version 9", _log.Calls[^1]);
    }

    public static TheoryData<string, byte[]> Violations() => new()
    {
        { "frame type 0x00 is unknown or out of place", [0] },
        { "frame type 0x01 is unknown or out of place", [(byte)FrameType.Hello, (byte)'{', (byte)'}'] },
        { "frame type 0x02 is unknown or out of place", [(byte)FrameType.Welcome] },
        { "frame type 0x15 is unknown or out of place", [0x15] },
        { "frame type 0xff is unknown or out of place", [0xff, 1, 2] },
        { "a Data frame has 65533 bytes", Bare(Frames.Data(0, 0, new byte[FrameFormat.MaxPayload + 1])) },
        { "a Data frame has 17 bytes", Bare(Frames.Data(0, 0, [])) },
        { "a Data frame has 16 bytes", Bare(Frames.Data(0, 0, []))[..16] },
        { "a Ack frame has 8 bytes", Bare(Frames.Ack(1))[..8] },
        { "a Ack frame has 10 bytes", [.. Bare(Frames.Ack(1)), 0] },
        { "a Ping frame has 16 bytes", Bare(Frames.Ping(1, 1))[..16] },
        { "a Ping frame has 18 bytes", [.. Bare(Frames.Ping(1, 1)), 0] },
        { "a Pong frame has 9 bytes", Bare(Frames.Pong(1, 1))[..9] },
        { "a Close frame has 10 bytes", Bare(Frames.Close(1, CloseReason.Normal, ""))[..10] },
        { "a Close frame has 268 bytes", [.. Bare(Frames.Close(1, CloseReason.Normal, new string('x', 256))), (byte)'x'] },
        { "an offset is out of range", Bare(Frames.Ack(-1)) },
        { "an offset is out of range", Bare(Frames.Data(0, -1, "x"u8)) },
        { "an offset is out of range", Bare(Frames.Data(long.MinValue, 0, "x"u8)) },
        { "an offset is out of range", Bare(Frames.Ping(-1, 0)) },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void Read_ABrokenRule_NamesIt(string rule, byte[] frame)
    {
        var violation = Assert.Throws<ProtocolViolationException>(() => FrameReader.Read(Frames.Sealed(frame), _log));

        Assert.Equal(rule, violation.Message);
    }

    [Fact]
    public void Read_AnyBitThatChanged_IsDamageAndNothingElse()
    {
        var message = Frames.Data(7, 9, "hello"u8);
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            var changed = message.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<DamagedFrameException>(() => FrameReader.Read(changed, _log));
        }

        Assert.Empty(_log.Calls);
    }

    // The examples of RFC 3720, appendix B.4, and the check value that catalogues of checksums give.
    [Fact]
    public void Checksum_KnownBytes_KnownValue()
    {
        Assert.Equal(0x8A9136AAu, Checksum.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Checksum.Of([.. Enumerable.Repeat((byte)0xff, 32)]));
        Assert.Equal(0x46DD794Eu, Checksum.Of([.. Enumerable.Range(0, 32).Select(value => (byte)value)]));
        Assert.Equal(0xE3069283u, Checksum.Of("123456789"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    public void WriteClose_TextThatFits_IsWhole(string text)
    {
        FrameReader.Read(Frames.Close(3, CloseReason.Normal, text), _log);

        Assert.Equal($"close Normal {text}", _log.Calls[^1]);
    }

    [Theory]
    [InlineData("😀")]
    [InlineData("é")]
    [InlineData("x")]
    [InlineData("a😀é")]
    [InlineData("\ud83d")]
    public void WriteClose_TextTooLong_IsCutBetweenCharacters(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 400));

        var frame = Frames.Close(3, CloseReason.Normal, text);
        FrameReader.Read(frame, _log);

        var shown = _log.Calls[^1]["close Normal ".Length..];
        Assert.InRange(frame.Length, FrameFormat.MaxControl - 3, FrameFormat.MaxControl);
        // A lone surrogate has no UTF-8: it becomes the replacement character, as everywhere in .NET.
        Assert.StartsWith(shown, text.Replace("\ud83d\ud83d", "\ufffd\ufffd", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static byte[] Bare(byte[] message) => message[..^FrameFormat.ChecksumLength];
}
