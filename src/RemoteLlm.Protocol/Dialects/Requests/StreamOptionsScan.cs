using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>Reads <c>stream_options</c>: what the client said about usage, and where a word about it can be put in.</summary>
internal sealed class StreamOptionsScan : MemberScan
{
    private static readonly byte[] s_member = "\"include_usage\":true"u8.ToArray();
    private static readonly byte[] s_value = "{\"include_usage\":true}"u8.ToArray();
    private static readonly byte[] s_true = "true"u8.ToArray();

    private bool _seen;
    private bool _empty;
    private bool _unusable;
    private bool _isIncludeUsage;
    private long _inside;
    private (long At, long Length)? _null;
    private long _nullValue;

    /// <summary><c>include_usage</c>; null when the client said nothing about it.</summary>
    public bool? IncludeUsage { get; private set; }

    public override void Take(JsonToken token, JsonScanner json)
    {
        if (json.Depth == 1)
        {
            End(token, json);
            return;
        }

        if (token == JsonToken.StartObject && json.Depth == 2 && ReportDepth == 1)
            Begin(json);
        else if (token == JsonToken.Name)
            (_isIncludeUsage, _empty) = (json.Text.Equals("include_usage"u8), false);
        else if (_isIncludeUsage)
            TakeIncludeUsage(token, json);
    }

    /// <summary>The edit that asks for usage.</summary>
    /// <param name="objectStart">Offset behind the brace that opens the request.</param>
    /// <returns>Null where the client said something about it, in whatever form.</returns>
    public RequestEdit? Ask(long objectStart)
    {
        if (IncludeUsage is not null || _unusable)
            return null;
        if (!_seen)
            return new RequestEdit(objectStart, 0, (byte[])[.. "\"stream_options\":"u8, .. s_value, (byte)',']);
        if (_null is { } literal)
            return new RequestEdit(literal.At, literal.Length, s_value);
        if (_nullValue > 0)
            return new RequestEdit(_nullValue, "null".Length, s_true);
        return new RequestEdit(_inside, 0, _empty ? s_member : [.. s_member, (byte)',']);
    }

    private void Begin(JsonScanner json)
    {
        (_seen, _empty, _unusable, _null, _nullValue, _isIncludeUsage) = (true, true, false, null, 0, false);
        IncludeUsage = null;
        _inside = json.Position;
        ReportDepth = 2;
    }

    private void End(JsonToken token, JsonScanner json)
    {
        if (ReportDepth == 1)
        {
            // A scalar or an array: null is as good as absent, anything else is for the server to judge.
            IncludeUsage = null;
            (_seen, _unusable, _nullValue) = (true, token != JsonToken.Null, 0);
            _null = token == JsonToken.Null ? (json.Position - "null".Length, "null".Length) : null;
        }

        ReportDepth = 1;
    }

    private void TakeIncludeUsage(JsonToken token, JsonScanner json)
    {
        _isIncludeUsage = false;
        _nullValue = token == JsonToken.Null ? json.Position - "null".Length : 0;
        _unusable = token is not (JsonToken.True or JsonToken.False or JsonToken.Null);
        IncludeUsage = token switch
        {
            JsonToken.True => true,
            JsonToken.False => false,
            _ => null,
        };
    }
}
