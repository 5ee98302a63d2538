using System.Buffers;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// Estimates how many tokens the prompt of a chat request has, from the bytes of its JSON body as they pass, split anywhere, in constant memory. For
/// servers that cannot count and for answers that report no usage. Text is counted by class of characters, whatever the dialect; settings and labels are
/// passed over; tools and their arguments count with their JSON; a payload in base64 is one image. A body that is no JSON gives some figure or other,
/// never an exception. Not thread-safe.
/// </summary>
public sealed partial class PromptEstimate
{
    private static readonly SearchValues<byte> StringStops = SearchValues.Create("\"\\"u8);

    // The beginning of the string that is being read: enough for a member's name and for all of a data URL that comes before its payload.
    private readonly char[] _head = new char[64];
    private JsonContainers _containers;
    private int _tooDeep;
    private PromptText _text;
    private PromptFeatures _beforeString;
    private PromptMember _member;
    private PromptMember _section;
    private StringUse _use;
    private int _headLength;
    private int _silentDepth = int.MaxValue;
    private int _jsonDepth = int.MaxValue;
    private int _sourceDepth = int.MaxValue;
    private int _hexDigitsLeft;
    private int _unit;
    private bool _inString;
    private bool _inEscape;
    private bool _inNumber;
    private bool _nameNext;

    private enum StringUse : byte
    {
        Silent,
        Text,
        Name,
    }

    /// <summary>What was counted so far.</summary>
    public PromptFeatures Features => _text.Features;

    /// <summary>The estimate for what came so far, by <see cref="PromptWeights.Mean"/>.</summary>
    public long Tokens => (long)Math.Ceiling(PromptWeights.Tokens(_text.Features, PromptWeights.Mean));

    private int Depth => _containers.Depth + _tooDeep;

    private bool InObject => _tooDeep == 0 && _containers.InObject;

    private bool IsSilent => Depth >= _silentDepth;

    // Where the model reads the JSON itself.
    private bool InJson => Depth >= _jsonDepth;

    /// <summary>Takes the next bytes of the body.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!_inString)
            {
                TakeStructure(bytes[0]);
                bytes = bytes[1..];
            }
            else if (_inEscape)
            {
                TakeEscape(bytes[0]);
                bytes = bytes[1..];
            }
            else
            {
                var stop = bytes.IndexOfAny(StringStops);
                TakeText(stop < 0 ? bytes : bytes[..stop]);
                if (stop < 0)
                    return;
                if (bytes[stop] == '\\')
                    _inEscape = true;
                else
                    EndString();
                bytes = bytes[(stop + 1)..];
            }
        }
    }

    private void TakeStructure(byte next)
    {
        if (next is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _inNumber = false;
            return;
        }

        if (InJson && next is not ((byte)'}' or (byte)']'))
            _text.Add([next]);
        var beginsNumber = !_inNumber && next is (byte)'-' or (>= (byte)'0' and <= (byte)'9');
        _inNumber = (_inNumber || beginsNumber) && next is not ((byte)',' or (byte)']' or (byte)'}');
        switch (next)
        {
            case (byte)'"':
                BeginString();
                break;
            case (byte)'{' or (byte)'[':
                Open(isObject: next == '{');
                break;
            case (byte)'}' or (byte)']':
                Close();
                if (InJson)
                    _text.Add([next]);
                break;
            case (byte)',':
                _nameNext = InObject;
                if (_nameNext)
                    _member = PromptMember.Text;
                break;
            default:
                // An array of numbers as a prompt is one of tokens.
                if (beginsNumber && _section == PromptMember.Prompt && !_containers.InObject && Depth > 1 && !IsSilent && !InJson)
                    _text.Features.Add(PromptFeature.TokenIds);
                break;
        }
    }

    private void Open(bool isObject)
    {
        var outer = Depth;
        if (outer == 2 && isObject && !InObject)
            CountItem();
        if (_tooDeep > 0 || !_containers.TryOpen(isObject))
            _tooDeep++;
        _nameNext = InObject;

        // The value of a member: what the member is holds for all that is inside.
        if (outer == 0)
            return;
        if (_member == PromptMember.Silent)
            _silentDepth = Math.Min(_silentDepth, Depth);
        else if (_member is PromptMember.Tools or PromptMember.Arguments && !IsSilent)
            _jsonDepth = Math.Min(_jsonDepth, Depth);
        else if (_member is PromptMember.Image or PromptMember.Source && isObject)
            _sourceDepth = Math.Min(_sourceDepth, Depth);
        if (isObject)
            _member = PromptMember.Text;
    }

    private void Close()
    {
        if (Depth == 0)
            return;
        if (_tooDeep > 0)
            _tooDeep--;
        else
            _containers.Close();

        _silentDepth = Outside(_silentDepth);
        _jsonDepth = Outside(_jsonDepth);
        _sourceDepth = Outside(_sourceDepth);
        _nameNext = false;
        _member = PromptMember.Text;
        if (!InJson)
            _text.Break();
    }

    private int Outside(int depth) => depth > Depth ? int.MaxValue : depth;

    // An object in one of the request's own arrays.
    private void CountItem()
    {
        if (_section is PromptMember.Messages or PromptMember.Prompt)
            _text.Features.Add(PromptFeature.Messages);
        else if (_section == PromptMember.Tools)
            _text.Features.Add(PromptFeature.Tools);
    }
}
