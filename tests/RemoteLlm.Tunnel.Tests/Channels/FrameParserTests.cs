using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class FrameParserTests
{
    private readonly FrameLog _log = new();
    private readonly FrameParser _parser;

    public FrameParserTests() => _parser = new FrameParser(_log);

    [Fact]
    public void Every_frame_comes_out_as_it_went_in()
    {
        byte[][] messages =
        [
            Frames.Data(7, 9, "hello"u8), Frames.Ack(8), Frames.Ping(8, -3), Frames.Pong(8, long.MinValue), Frames.Close(8, CloseReason.Revoked, "gone – für immer"),
        ];

        foreach (var message in messages)
            _parser.Read(message, endOfMessage: true);

        Assert.Equal(
            ["ack 7", "data at 9", "bytes 68656C6C6F", "ack 8", "ack 8", "ping -3", "ack 8", $"pong {long.MinValue}", "ack 8", "close Revoked gone – für immer"], _log.Calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(FrameFormat.MaxPayload)]
    public void Read_PayloadAtTheLimits_Passes(int length)
    {
        _parser.Read(Frames.Data(0, 0, new byte[length]), endOfMessage: true);

        Assert.Equal(length, _log.DataBytes);
    }

    [Fact]
    public void Read_AnUnknownCloseReason_IsAnInternalError()
    {
        _parser.Read(Frames.Close(0, (CloseReason)4711, "new in version 9"), endOfMessage: true);

        Assert.Equal("close InternalError new in version 9", _log.Calls[^1]);
    }

    public static TheoryData<string, byte[]> Violations() => new()
    {
        { "a message is empty", [] },
        { "frame type 0x00 is unknown or out of place", [0] },
        { "frame type 0x01 is unknown or out of place", [(byte)FrameType.Hello, (byte)'{', (byte)'}'] },
        { "frame type 0x02 is unknown or out of place", [(byte)FrameType.Welcome] },
        { "frame type 0x15 is unknown or out of place", [0x15] },
        { "frame type 0xff is unknown or out of place", [0xff, 1, 2] },
        { "a DATA frame carries more than 65536 bytes", Frames.Data(0, 0, new byte[FrameFormat.MaxPayload + 1]) },
        { "a DATA frame is empty", Frames.Data(0, 0, []) },
        { "a Data frame has 16 bytes", Frames.Data(0, 0, [])[..16] },
        { "a Ack frame has 8 bytes", Frames.Ack(1)[..8] },
        { "a Ack frame has 10 bytes", [.. Frames.Ack(1), 0] },
        { "a Ping frame has 16 bytes", Frames.Ping(1, 1)[..16] },
        { "a Ping frame has 18 bytes", [.. Frames.Ping(1, 1), 0] },
        { "a Pong frame has 9 bytes", Frames.Pong(1, 1)[..9] },
        { "a Close frame has 10 bytes", Frames.Close(1, CloseReason.Normal, "")[..10] },
        { "a control frame is too long", [.. Frames.Close(1, CloseReason.Normal, new string('x', 256)), (byte)'x'] },
        { "a control frame is too long", [.. Frames.Ack(1), .. new byte[400]] },
        { "an offset is out of range", Frames.Ack(-1) },
        { "an offset is out of range", Frames.Data(0, -1, "x"u8) },
        { "an offset is out of range", Frames.Data(long.MinValue, 0, "x"u8) },
        { "an offset is out of range", Frames.Ping(-1, 0) },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void Read_ABrokenRule_NamesIt(string rule, byte[] message)
    {
        var violation = Assert.Throws<ProtocolViolationException>(() => _parser.Read(message, endOfMessage: true));

        Assert.Equal(rule, violation.Message);
    }

    [Fact]
    public void Read_AnOversizedFrame_IsRefusedBeforeItsEnd()
    {
        var endless = Frames.Data(0, 0, new byte[FrameFormat.MaxPayload]);
        _parser.Read(endless, endOfMessage: false);

        Assert.Throws<ProtocolViolationException>(() => _parser.Read("x"u8, endOfMessage: false));
        Assert.Equal(FrameFormat.MaxPayload, _log.DataBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    public void WriteClose_TextThatFits_IsWhole(string text)
    {
        _parser.Read(Frames.Close(3, CloseReason.Normal, text), endOfMessage: true);

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
        _parser.Read(frame, endOfMessage: true);

        var shown = _log.Calls[^1]["close Normal ".Length..];
        Assert.InRange(frame.Length, FrameFormat.MaxControl - 3, FrameFormat.MaxControl);
        // A lone surrogate has no UTF-8: it becomes the replacement character, as everywhere in .NET.
        Assert.StartsWith(shown, text.Replace("\ud83d\ud83d", "\ufffd\ufffd", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
