namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// Finds the token usage of an answer in its bytes as they pass, split anywhere, in constant memory. In a stream most events are only searched,
/// not parsed, and the last usage counts: it may ride on the last event that has a choice, or with every event. A stream's events are
/// expected to have their JSON on one line, as every server writes them. Not thread-safe.
/// </summary>
/// <param name="isEventStream">True for <c>text/event-stream</c>, false for a JSON body.</param>
public sealed class UsageScanner(bool isEventStream)
{
    private static ReadOnlySpan<byte> Prefix => "data:"u8;

    private readonly UsageReader _reader = new(seekContent: isEventStream);
    private TokenUsage? _streamed;
    private bool _insideLine;
    private int _prefixSeen;

    /// <summary>What the server reported; null as long as it has said nothing.</summary>
    public TokenUsage? Reported => _streamed ?? (isEventStream ? null : _reader.Usage);

    /// <summary>How many stream events carried a piece of the answer: nearly always one token each. 0 for a JSON body.</summary>
    public long ContentEvents { get; private set; }

    /// <summary>What was reported; else the best guess, which counts the content events and knows nothing of the prompt.</summary>
    public TokenUsage Usage => Reported ?? new TokenUsage(0, ContentEvents, 0);

    /// <summary>Takes the next bytes of the answer's body.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        if (!isEventStream)
        {
            _reader.Read(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            if (!_insideLine && end >= 0)
                TakeWholeLine(bytes[..end]);
            else
                TakePartOfLine(end < 0 ? bytes : bytes[..end], ends: end >= 0);
            if (end < 0)
                return;
            bytes = bytes[(end + 1)..];
        }
    }

    private void TakeWholeLine(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(Prefix))
            return;
        var json = line[Prefix.Length..];
        if (ContentSigns.HasContent(json))
            ContentEvents++;
        if (!ContentSigns.MayHaveUsage(json))
            return;
        _reader.Reset();
        _reader.Read(json);
        _streamed = _reader.Usage ?? _streamed;
    }

    private void TakePartOfLine(ReadOnlySpan<byte> part, bool ends)
    {
        if (!_insideLine)
        {
            _insideLine = true;
            _prefixSeen = 0;
            _reader.Reset();
        }

        // -1: the line is none of ours.
        while (_prefixSeen >= 0 && _prefixSeen < Prefix.Length && !part.IsEmpty)
        {
            _prefixSeen = part[0] == Prefix[_prefixSeen] ? _prefixSeen + 1 : -1;
            part = part[1..];
        }

        if (_prefixSeen == Prefix.Length)
            _reader.Read(part);
        if (!ends)
            return;

        _insideLine = false;
        if (_prefixSeen != Prefix.Length)
            return;
        if (_reader.HasContent)
            ContentEvents++;
        _streamed = _reader.Usage ?? _streamed;
    }
}
