using System.Buffers.Text;
using System.Globalization;
using RemoteLlm.Protocol.Dialects.Json;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// Reads the usage out of JSON documents that arrive in pieces, and of stream events also whether they carry content or end the answer. Counts are kept from one
/// document to the next: Anthropic gives those of the prompt with the first event and those of the answer with the last.
/// </summary>
/// <param name="format">What the documents are; <see cref="StreamFormat.None"/> for a whole body, of which only the usage is wanted.</param>
internal sealed class UsageReader(StreamFormat format)
{
    private const int LongestText = 32;

    private readonly JsonScanner _json = new(LongestText) { ReportDepth = Math.Max(1, ContentSigns.DeepestIn(format)) };
    private readonly int _contentDepth = ContentSigns.DeepestIn(format);
    private UsageSection _section;
    private int _sectionDepth = 1;
    private UsageMember _member;
    private bool _isContent;
    private bool _contentOpen;
    private UsageCounts _counts;
    private UsageCounts _whole;

    /// <summary>Whether a member of this document that carries text of the answer was not empty.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Whether this document says that the answer is over.</summary>
    public bool HasEnd { get; private set; }

    /// <summary>Whether this document is complete.</summary>
    public bool IsComplete => _json.IsComplete;

    /// <summary>What was found so far; null when nothing was.</summary>
    public TokenUsage? Usage => _whole.ToUsage();

    // The members of the choices are one level below their array.
    private int MemberDepth => _section == UsageSection.Choices ? _sectionDepth + 1 : _sectionDepth;

    /// <summary>Begins a new document.</summary>
    public void BeginDocument()
    {
        _json.Reset();
        _counts = _whole;
        (_member, _isContent, _contentOpen, HasContent, HasEnd) = (UsageMember.Other, false, false, false, false);
        Stand(UsageSection.Root, 1);
    }

    /// <summary>Takes the next bytes. What is not JSON is given up in silence: it is passed on all the same.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (_json.Read(ref bytes) is var token and not (JsonToken.None or JsonToken.Malformed))
        {
            HasContent |= _contentOpen && token == JsonToken.Name;
            _contentOpen = false;
            if (token == JsonToken.Name)
            {
                Recognise();
                continue;
            }

            TakeValue(token);
            (_member, _isContent) = (UsageMember.Other, false);
        }
    }

    private void Recognise()
    {
        (_member, _isContent) = (UsageMember.Other, false);
        if (_json.Text.Truncated)
            return;
        var name = _json.Text.Raw;
        if (_json.Depth == MemberDepth)
            _member = UsageMembers.Recognise(_section, name);
        _isContent = _json.Depth <= _contentDepth && (format != StreamFormat.MessageEvents || _section == UsageSection.Delta)
            && ContentSigns.IsContentName(format, name);
    }

    private void TakeValue(JsonToken token)
    {
        if (_member != UsageMember.Other)
            HasEnd |= EndSigns.IsEnd(format, _member, token, _json.Text);
        switch (token)
        {
            case JsonToken.StartObject or JsonToken.StartArray:
                _contentOpen = _isContent && token == JsonToken.StartObject;
                if (UsageMembers.SectionOf(_member) is { } section)
                    Stand(section, _json.Depth);
                break;
            case JsonToken.EndObject or JsonToken.EndArray:
                Leave();
                break;
            case JsonToken.Number:
                TakeNumber();
                break;
            case JsonToken.String:
                HasContent |= _isContent && !_json.Text.Raw.IsEmpty;
                break;
        }
    }

    private void Leave()
    {
        if (_json.Depth >= _sectionDepth)
            return;

        // Half of a usage object would be worse than none: who has none counts the events.
        if (_section != UsageSection.PromptDetails)
            _whole = _counts;
        Stand(UsageMembers.ParentOf(_section, _json.Depth), Math.Max(_json.Depth, 1));
    }

    private void Stand(UsageSection section, int depth)
    {
        (_section, _sectionDepth) = (section, depth);
        _json.ReportDepth = Math.Max(MemberDepth, _contentDepth);
    }

    private void TakeNumber()
    {
        if (_member == UsageMember.Other || _json.Text.Truncated)
            return;
        if (_member == UsageMember.Cost)
        {
            if (decimal.TryParse(_json.Text.Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var cost))
                _counts.TakeCost(cost);
        }
        else if (Utf8Parser.TryParse(_json.Text.Raw, out long value, out var length) && length == _json.Text.Raw.Length)
        {
            _counts.Take(_member, value);
        }
    }
}
