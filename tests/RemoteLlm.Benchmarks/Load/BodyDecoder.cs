namespace RemoteLlm.Benchmarks.Load;

/// <summary>Takes the payload out of an HTTP/1.1 body, of known length or chunked (RFC 9112, 7.1), from reads that end anywhere.</summary>
internal sealed class BodyDecoder
{
    private enum Place
    {
        Size,
        Payload,
        AfterPayload,
        Trailer,
        Complete,
    }

    private Place _place;
    private bool _chunked;
    private bool _inExtension;
    private bool _lineIsEmpty;
    private long _remaining;

    /// <summary>The whole body has been seen.</summary>
    public bool IsComplete => _place == Place.Complete;

    /// <summary>Begins the body that follows this head.</summary>
    public void Start(ResponseHead head)
    {
        _chunked = head.ContentLength < 0;
        _remaining = _chunked ? 0 : head.ContentLength;
        _inExtension = false;
        _place = _chunked ? Place.Size : _remaining == 0 ? Place.Complete : Place.Payload;
    }

    /// <summary>The next piece of payload in the input, of which as much is taken away as was looked at; empty when the input or the body is at its end.</summary>
    public ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty && _place != Place.Complete)
        {
            if (_place == Place.Payload)
                return TakePayload(ref input);

            var symbol = input[0];
            input = input[1..];
            switch (_place)
            {
                case Place.Size:
                    Size(symbol);
                    break;
                case Place.AfterPayload when symbol == '\n':
                    _place = Place.Size;
                    break;
                case Place.Trailer:
                    Trailer(symbol);
                    break;
            }
        }

        return default;
    }

    private ReadOnlySpan<byte> TakePayload(ref ReadOnlySpan<byte> input)
    {
        var payload = input[..(int)Math.Min(_remaining, input.Length)];
        input = input[payload.Length..];
        _remaining -= payload.Length;
        if (_remaining == 0)
            _place = _chunked ? Place.AfterPayload : Place.Complete;
        return payload;
    }

    private void Size(byte symbol)
    {
        if (symbol == '\n')
        {
            _place = _remaining == 0 ? Place.Trailer : Place.Payload;
            _lineIsEmpty = true;
            _inExtension = false;
        }
        else if (symbol == ';')
        {
            _inExtension = true;
        }
        else if (!_inExtension && symbol != '\r')
        {
            _remaining = (_remaining * 16) + HexDigit(symbol);
        }
    }

    private void Trailer(byte symbol)
    {
        if (symbol == '\n' && _lineIsEmpty)
            _place = Place.Complete;
        else
            _lineIsEmpty = symbol is (byte)'\n' or (byte)'\r' && (_lineIsEmpty || symbol == '\n');
    }

    private static int HexDigit(byte symbol) => symbol switch
    {
        >= (byte)'0' and <= (byte)'9' => symbol - '0',
        >= (byte)'a' and <= (byte)'f' => symbol - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => symbol - 'A' + 10,
        _ => throw new InvalidDataException("Not the size of a chunk."),
    };
}
