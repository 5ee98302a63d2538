using System.Buffers.Binary;
using System.Text;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>
/// Reads the frames that follow the handshake, from pieces of WebSocket messages as they arrive. Payload is passed on piece by piece, so a
/// large frame needs no buffer of its own; the parser itself keeps at most one control frame.
/// </summary>
internal sealed class FrameParser(IFrameSink sink)
{
    private readonly byte[] _head = new byte[FrameFormat.MaxControl];
    private int _headLength;
    private int _payloadLength;
    private bool _inPayload;

    /// <summary>Takes the next piece of the current message.</summary>
    /// <param name="piece">Bytes; may be empty.</param>
    /// <param name="endOfMessage">True with the last piece.</param>
    /// <exception cref="ProtocolViolationException">A rule was broken. The parser must not be used any more.</exception>
    public void Read(ReadOnlySpan<byte> piece, bool endOfMessage)
    {
        if (!_inPayload)
            piece = ReadHead(piece);
        if (_inPayload)
            ReadPayload(piece);
        if (endOfMessage)
            EndMessage();
    }

    private ReadOnlySpan<byte> ReadHead(ReadOnlySpan<byte> piece)
    {
        if (_headLength == 0)
        {
            if (piece.IsEmpty)
                return piece;
            // A frame type that is not expected is refused before anything of it is kept.
            if ((FrameType)piece[0] is not (FrameType.Data or FrameType.Ack or FrameType.Ping or FrameType.Pong or FrameType.Close))
                throw new ProtocolViolationException($"frame type 0x{piece[0]:x2} is unknown or out of place");
        }

        var isData = (FrameType)(_headLength > 0 ? _head[0] : piece[0]) == FrameType.Data;
        var wanted = (isData ? FrameFormat.DataHeader : FrameFormat.MaxControl) - _headLength;
        if (piece.Length > wanted && !isData)
            throw new ProtocolViolationException("a control frame is too long");

        var taken = Math.Min(wanted, piece.Length);
        piece[..taken].CopyTo(_head.AsSpan(_headLength));
        _headLength += taken;
        if (isData && _headLength == FrameFormat.DataHeader)
        {
            _inPayload = true;
            _payloadLength = 0;
            sink.OnAck(Int64At(1));
            sink.OnDataStart(Int64At(9));
        }

        return piece[taken..];
    }

    private void ReadPayload(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty)
            return;
        _payloadLength += piece.Length;
        if (_payloadLength > FrameFormat.MaxPayload)
            throw new ProtocolViolationException($"a DATA frame carries more than {FrameFormat.MaxPayload} bytes");
        sink.OnData(piece);
    }

    private void EndMessage()
    {
        if (_inPayload)
        {
            if (_payloadLength == 0)
                throw new ProtocolViolationException("a DATA frame is empty");
        }
        else
        {
            ReadControl(_head.AsSpan(0, _headLength));
        }

        _inPayload = false;
        _headLength = 0;
    }

    private void ReadControl(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty)
            throw new ProtocolViolationException("a message is empty");
        var type = (FrameType)frame[0];
        var fits = type switch
        {
            FrameType.Ack => frame.Length == FrameFormat.AckLength,
            FrameType.Ping or FrameType.Pong => frame.Length == FrameFormat.PingLength,
            FrameType.Close => frame.Length >= FrameFormat.CloseHeader,
            _ => false,
        };
        if (!fits)
            throw new ProtocolViolationException($"a {type} frame has {frame.Length} bytes");

        sink.OnAck(Int64At(1));
        switch (type)
        {
            case FrameType.Ping:
                sink.OnPing(Int64At(9));
                break;
            case FrameType.Pong:
                sink.OnPong(Int64At(9));
                break;
            case FrameType.Close:
                var reason = BinaryPrimitives.ReadUInt16BigEndian(frame[9..]);
                sink.OnClose(
                    reason <= (int)CloseReason.InternalError ? (CloseReason)reason : CloseReason.InternalError,
                    Encoding.UTF8.GetString(frame[FrameFormat.CloseHeader..]));
                break;
        }
    }

    private long Int64At(int index)
    {
        var value = BinaryPrimitives.ReadInt64BigEndian(_head.AsSpan(index));
        // Offsets are unsigned on the wire; nobody sends 2^63 bytes, so a high bit is a lie.
        return value >= 0 || (FrameType)_head[0] is FrameType.Ping or FrameType.Pong && index == 9
            ? value
            : throw new ProtocolViolationException("an offset is out of range");
    }
}
