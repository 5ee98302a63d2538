using System.Buffers;
using System.Text;
using System.Text.Unicode;
using RemoteLlm.Protocol.Dialects.Requests.Multipart;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>
/// Reads what routing must know out of a <c>multipart/form-data</c> body (RFC 7578, RFC 2046 section 5.1) while its bytes arrive: the fields
/// <c>model</c> and <c>stream</c>. Memory is constant: files pass without being held. Not thread-safe.
/// </summary>
/// <remarks>
/// The server behind us reads the same bytes again with a parser of its own, and must not find another model in them than the one that was
/// checked here. Real parsers differ wherever the RFCs leave them room or clients broke them, so whatever two of them are known to read differently is
/// refused, be it allowed or not: no client library writes any of it. As with JSON, a body may turn out malformed after its model is known, and
/// even after its closing delimiter, when the boundary comes again in what follows.
/// </remarks>
public sealed class MultipartScanner : IRequestScanner
{
    /// <summary>The longest model id, in bytes.</summary>
    public const int MaxModelBytes = RequestScanner.MaxModelBytes;

    /// <summary>How much the headers of one part may take, in bytes, their line ends and the blank line counted.</summary>
    public const int MaxHeaderBytes = PartHeaders.MaxBytes;

    private readonly byte[] _delimiter;
    private readonly DelimiterSearch _search;
    private readonly PartHeaders _headers = new();
    private readonly FieldValue _value;
    private Phase _phase;
    private int _matched;
    private byte _afterDelimiter;
    private bool _modelSeen;
    private bool _streamSeen;
    private long _position;
    private int _line = 1;
    private long _partPosition;
    private int _partLine;
    private (long At, long Length) _modelValue;
    private (long At, long Length)? _modelLengthText;

    private MultipartScanner(byte[] delimiter)
    {
        _delimiter = delimiter;
        _search = new DelimiterSearch(delimiter);
        _value = new FieldValue(MaxModelBytes, "\r\n"u8.Length + delimiter.Length);
    }

    private enum Phase
    {
        FirstDelimiter,
        AfterDelimiter,
        Headers,
        Content,
        AfterClose,
        Epilogue,
    }

    /// <summary>The value of the field <c>model</c>; null as long as none was seen, and when it is empty.</summary>
    public string? Model { get; private set; }

    /// <summary>The value of the field <c>stream</c>; null when it is absent or neither <c>true</c> nor <c>false</c>.</summary>
    public bool? Stream { get; private set; }

    /// <summary>Why the body cannot be accepted; null unless <see cref="State"/> is <see cref="RequestScanState.Malformed"/>.</summary>
    public RequestFault? Fault { get; private set; }

    /// <summary>How far the scan is: <see cref="RequestScanState.Complete"/> from the closing delimiter on.</summary>
    public RequestScanState State { get; private set; }

    /// <summary>A scanner for a body of the given type; null when that is not <c>multipart/form-data</c> with one usable boundary.</summary>
    /// <param name="contentType">The request's <c>Content-Type</c>.</param>
    public static MultipartScanner? ForContentType(string? contentType) =>
        MultipartBoundary.FromContentType(contentType) is { } boundary ? new MultipartScanner([.. "--"u8, .. boundary]) : null;

    /// <summary>Takes the next bytes of the body, wherever it was split.</summary>
    public RequestScanState Scan(in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
            Scan(segment.Span);
        return State;
    }

    /// <summary>Takes the next bytes of the body, wherever it was split.</summary>
    public RequestScanState Scan(ReadOnlySpan<byte> bytes)
    {
        while (State != RequestScanState.Malformed && !bytes.IsEmpty)
        {
            switch (_phase)
            {
                case Phase.FirstDelimiter:
                    ReadFirstDelimiter(ref bytes);
                    break;
                case Phase.AfterDelimiter:
                    ReadAfterDelimiter(ref bytes);
                    break;
                case Phase.Headers:
                    ReadHeaders(ref bytes);
                    break;
                case Phase.Content:
                    ReadContent(ref bytes);
                    break;
                case Phase.AfterClose:
                    ReadAfterClose(ref bytes);
                    break;
                default:
                    ReadEpilogue(ref bytes);
                    break;
            }
        }

        return State;
    }

    /// <summary>Says that the body is at its end: what is still open now will never be closed.</summary>
    public RequestScanState Finish()
    {
        if (State is RequestScanState.NeedMore or RequestScanState.ModelKnown)
            Fail(_position == 0 ? "it is empty" : "it ends before its closing delimiter");
        return State;
    }

    /// <inheritdoc/>
    public IReadOnlyList<RequestEdit>? ModelEdits(string model)
    {
        if (State != RequestScanState.Complete)
            throw new InvalidOperationException("The body was not scanned to its end.");
        if (model.Length == 0 || EncodedText.ForForm(model, _delimiter) is not { } value)
            return null;
        if (!_modelSeen)
            return [new RequestEdit(0, 0, (byte[])[.. _delimiter, .. "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"u8, .. value, .. "\r\n"u8])];
        if (Model == model)
            return [];
        var edit = new RequestEdit(_modelValue.At, _modelValue.Length, value);
        return _modelLengthText is { } text ? [new RequestEdit(text.At, text.Length, Encoding.ASCII.GetBytes($"{value.Length}")), edit] : [edit];
    }

    private void ReadFirstDelimiter(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != _delimiter[_matched])
        {
            Fail("it does not begin with the boundary that Content-Type names");
            return;
        }

        Skip(ref bytes, 1);
        if (++_matched == _delimiter.Length)
            _phase = Phase.AfterDelimiter;
    }

    private void ReadAfterDelimiter(ref ReadOnlySpan<byte> bytes)
    {
        var next = bytes[0];
        switch (_afterDelimiter, next)
        {
            case (0, (byte)'\r' or (byte)'-'):
                _afterDelimiter = next;
                Skip(ref bytes, 1);
                break;
            case ((byte)'\r', (byte)'\n'):
                Skip(ref bytes, 1);
                BeginPart();
                break;
            case ((byte)'-', (byte)'-'):
                Skip(ref bytes, 1);
                _matched = 0;
                _phase = Phase.AfterClose;
                State = RequestScanState.Complete;
                break;
            default:
                // RFC 2046 allows spaces here, and a boundary that only begins like this one; parsers agree on neither.
                Fail("a boundary must be followed by CR LF, or by \"--\" at the end, and by nothing else");
                break;
        }
    }

    private void BeginPart()
    {
        State = Model is null ? RequestScanState.NeedMore : RequestScanState.ModelKnown;
        _headers.Begin();
        MarkPart();
        _phase = Phase.Headers;
    }

    private void ReadHeaders(ref ReadOnlySpan<byte> bytes)
    {
        var count = _headers.Take(bytes);
        Skip(ref bytes, count);
        if (_headers.Fault is not null)
            Fail(RequestFaultKind.InvalidMultipart, _partPosition + _headers.FaultOffset, _partLine + _headers.FaultLine, _headers.Fault);
        else if (_headers.IsComplete && _headers.Contains(_delimiter))
            Fail(RequestFaultKind.InvalidMultipart, _partPosition, _partLine, "its boundary occurs inside the headers of a part; choose one that does not");
        else if (_headers.IsComplete)
            BeginContent();
    }

    private void BeginContent()
    {
        var seenBefore = _headers.Field switch
        {
            FormField.Model => _modelSeen,
            FormField.Stream => _streamSeen,
            _ => false,
        };
        if (seenBefore)
        {
            Fail(RequestFaultKind.InvalidMultipart, _partPosition, _partLine, $"it has two fields named \"{(_headers.Field == FormField.Model ? "model" : "stream")}\"");
            return;
        }

        if (_headers.Field == FormField.Model && _headers.ContentLength is not null)
            _modelLengthText = (_partPosition + _headers.ContentLengthText.At, _headers.ContentLengthText.Length);
        _modelSeen |= _headers.Field == FormField.Model;
        _streamSeen |= _headers.Field == FormField.Stream;
        _search.Begin();
        _value.Begin();
        MarkPart();
        _phase = Phase.Content;
    }

    private void ReadContent(ref ReadOnlySpan<byte> bytes)
    {
        var end = _search.Find(bytes);
        var content = end < 0 ? bytes : bytes[..end];
        if (_headers.Field != FormField.Other)
            _value.Append(content);
        Skip(ref bytes, content.Length);
        if (end >= 0)
            EndContent();
        else if (_headers.Field == FormField.Model && _value.IsTooLong)
            FailModel($"\"model\" is longer than {MaxModelBytes} bytes; GET /v1/models lists the ids.");
    }

    private void EndContent()
    {
        var delimiterAt = _position - _delimiter.Length;
        if (!_search.FollowsLineEnd)
        {
            // It ends the part for parsers that are content with a line feed, or that look for the boundary alone.
            Fail(RequestFaultKind.InvalidMultipart, delimiterAt, _line, "its boundary occurs inside a part; choose one that does not");
            return;
        }

        // aiohttp lets the length that a part declares decide where it ends, before the boundary.
        if (_headers.ContentLength is { } declared && declared != delimiterAt - "\r\n"u8.Length - _partPosition)
        {
            Fail(RequestFaultKind.InvalidMultipart, _partPosition, _partLine, "the Content-Length of a part is not the length of its content");
            return;
        }

        _afterDelimiter = 0;
        _phase = Phase.AfterDelimiter;
        if (_headers.Field == FormField.Model)
            TakeModel();
        else if (_headers.Field == FormField.Stream)
            Stream = _value.End() switch { var text when text.SequenceEqual("true"u8) => true, var text when text.SequenceEqual("false"u8) => false, _ => null };
    }

    private void TakeModel()
    {
        var text = _value.End();
        _modelValue = (_partPosition, text.Length);
        if (_value.IsTooLong)
            FailModel($"\"model\" is longer than {MaxModelBytes} bytes; GET /v1/models lists the ids.");
        else if (!Utf8.IsValid(text))
            FailModel("\"model\" is not valid UTF-8.");
        else if (text.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0)
            FailModel("\"model\" holds a control character; GET /v1/models lists the ids.");
        else
            Model = text.IsEmpty ? null : Encoding.UTF8.GetString(text);
    }

    private void ReadAfterClose(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != "\r\n"u8[_matched])
        {
            // ASP.NET takes a closing delimiter with something behind it for one that opens another part.
            Fail("something follows its closing delimiter on the same line");
            return;
        }

        Skip(ref bytes, 1);
        if (++_matched == "\r\n"u8.Length)
        {
            _search.Begin();
            _phase = Phase.Epilogue;
        }
    }

    private void ReadEpilogue(ref ReadOnlySpan<byte> bytes)
    {
        var end = _search.Find(bytes);
        Skip(ref bytes, end < 0 ? bytes.Length : end);
        if (end >= 0)
            Fail(RequestFaultKind.InvalidMultipart, _position - _delimiter.Length, _line, "its boundary occurs again after its closing delimiter");
    }

    private void MarkPart() => (_partPosition, _partLine) = (_position, _line);

    private void Skip(ref ReadOnlySpan<byte> bytes, int count)
    {
        _line += bytes[..count].Count((byte)'\n');
        _position += count;
        bytes = bytes[count..];
    }

    private void FailModel(string reason) => Fail(RequestFaultKind.InvalidModel, _partPosition, _partLine, reason);

    private void Fail(string reason) => Fail(RequestFaultKind.InvalidMultipart, _position, _line, reason);

    private void Fail(RequestFaultKind kind, long position, int line, string reason)
    {
        Fault = new RequestFault(kind, position, line, reason);
        State = RequestScanState.Malformed;
    }
}
