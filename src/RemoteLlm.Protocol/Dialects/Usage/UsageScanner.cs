using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// Finds the token usage of an answer in its bytes as they pass, split anywhere, in constant memory, and whether a stream says that it is over. In a stream most events
/// are only searched, not parsed, and the last usage counts: it may ride on the last event that has a choice, or with every event. A stream's events
/// are expected to have their JSON on one line, as every server writes them. Not thread-safe.
/// </summary>
/// <param name="format">How the answer streams; <see cref="StreamFormat.None"/> for a JSON body.</param>
public sealed class UsageScanner(StreamFormat format)
{
    // As long as any event field that matters, and then some.
    private readonly byte[] _head = new byte[48];
    private readonly UsageReader _reader = new(format);
    private bool _ended;
    private bool _eventNamesEnd;
    private bool _afterCarriageReturn;
    private bool _insideLine;
    private int _headLength;
    private int _prefixSeen;

    /// <summary>What the server reported; null as long as it has said nothing.</summary>
    public TokenUsage? Reported => _reader.Usage;

    /// <summary>How many stream events carried a piece of the answer: nearly always one token each. 0 for a JSON body.</summary>
    public long ContentEvents { get; private set; }

    /// <summary>What was reported; else the best guess, which counts the content events and knows nothing of the prompt.</summary>
    public TokenUsage Usage => Reported ?? new TokenUsage(0, ContentEvents, 0);

    /// <summary>
    /// Whether the stream has said that the answer is whole, or that it failed; one that ends before has been cut off. True from the start where nothing can be
    /// told: for a JSON body and <see cref="StreamFormat.OtherEvents"/>.
    /// </summary>
    public bool EndSeen => _ended || !EndSigns.AreIn(format) || OpenLineHasEnd();

    private ReadOnlySpan<byte> Prefix => IsLines ? default : "data:"u8;

    private bool IsLines => format is StreamFormat.ChatLines or StreamFormat.GenerateLines or StreamFormat.ProgressLines;

    /// <summary>Takes the next bytes of the answer's body.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        if (format == StreamFormat.None)
        {
            _reader.Read(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            if (_afterCarriageReturn && bytes[0] == '\n')
                bytes = bytes[1..];
            _afterCarriageReturn = false;
            if (bytes.IsEmpty)
                return;
            var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            if (!_insideLine && end >= 0)
                TakeWholeLine(bytes[..end]);
            else
                TakePartOfLine(end < 0 ? bytes : bytes[..end], ends: end >= 0);
            if (end < 0)
                return;
            _afterCarriageReturn = bytes[end] == '\r';
            bytes = bytes[(end + 1)..];
        }
    }

    private void TakeWholeLine(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(Prefix))
        {
            TakeField(line);
            return;
        }

        var json = line[Prefix.Length..];
        if (ContentSigns.HasContent(format, json))
            ContentEvents++;
        if (MayHaveUsage(json) || EndSigns.MayBeIn(format, json))
        {
            _reader.BeginDocument();
            _reader.Read(json);
            _ended |= _reader.HasEnd;
        }

        _ended |= EndSigns.IsDone(json);
    }

    // Some servers send null with every event.
    private bool MayHaveUsage(ReadOnlySpan<byte> json) =>
        MemberSearch.HasObject(json, "\"usage\""u8) || (format == StreamFormat.ChatEvents && MemberSearch.HasObject(json, "\"timings\""u8));

    private void TakePartOfLine(ReadOnlySpan<byte> part, bool ends)
    {
        if (!_insideLine)
        {
            _insideLine = true;
            _prefixSeen = _headLength = 0;
            _reader.BeginDocument();
        }

        var kept = Math.Min(part.Length, _head.Length - _headLength);
        part[..kept].CopyTo(_head.AsSpan(_headLength));
        _headLength += kept;

        // -1: the line is none of ours.
        while (_prefixSeen >= 0 && _prefixSeen < Prefix.Length && !part.IsEmpty)
        {
            _prefixSeen = part[0] == Prefix[_prefixSeen] ? _prefixSeen + 1 : -1;
            part = part[1..];
        }

        if (_prefixSeen == Prefix.Length)
            _reader.Read(part);
        if (ends)
            EndPartedLine();
    }

    private void EndPartedLine()
    {
        _insideLine = false;
        var head = _head.AsSpan(0, _headLength);
        if (_prefixSeen != Prefix.Length)
        {
            TakeField(head);
            return;
        }

        if (_reader.HasContent)
            ContentEvents++;
        _ended |= _reader.HasEnd || EndSigns.IsDone(head[Prefix.Length..]);
    }

    // An event's name tells as much as the type in its data, which some servers leave out; but only when the event has come to its end.
    private void TakeField(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            _ended |= _eventNamesEnd;
            _eventNamesEnd = false;
        }
        else if (line.StartsWith("event:"u8))
        {
            _eventNamesEnd = EndSigns.IsEndType(format, line["event:".Length..].Trim((byte)' '));
        }
        else if (line.StartsWith("error:"u8))
        {
            // How llama.cpp told errors until the end of 2024.
            _eventNamesEnd = true;
        }
    }

    // A last line may lack its line end, and be whole all the same.
    private bool OpenLineHasEnd() => _insideLine && _prefixSeen == Prefix.Length
        && ((_reader.HasEnd && _reader.IsComplete) || EndSigns.IsDone(_head.AsSpan(Prefix.Length, _headLength - Prefix.Length)));
}
