namespace RemoteLlm.Protocol.Dialects.Usage;

// Strings: names, which say what their values are, and values, which are counted or not.
public sealed partial class PromptEstimate
{
    private void BeginString()
    {
        _inString = true;
        _headLength = 0;
        _use = _nameNext ? StringUse.Name : UseOfValue();
        _beforeString = _text.Features;
        if (!InJson)
            _text.Break();
    }

    private StringUse UseOfValue()
    {
        if (InJson)
            return StringUse.Text;
        if (IsSilent || _member == PromptMember.Silent)
            return StringUse.Silent;

        // Where an image is fetched from is nothing that the model reads.
        if (_member != PromptMember.Image && !(_member == PromptMember.Address && Depth >= _sourceDepth))
            return StringUse.Text;
        _text.Features.Add(PromptFeature.Images);
        return StringUse.Silent;
    }

    private void TakeText(ReadOnlySpan<byte> text)
    {
        if (_use == StringUse.Silent)
            return;
        while (_headLength < _head.Length && !text.IsEmpty)
        {
            Take(text[0]);
            text = text[1..];
            if (_use == StringUse.Silent)
                return;
        }

        if (Counts)
            _text.Add(text);
    }

    private bool Counts => _use == StringUse.Text || (_use == StringUse.Name && InJson);

    private void Take(byte next)
    {
        _head[_headLength++] = (char)next;
        if (_use == StringUse.Text && next == ',' && IsDataUrl(_head.AsSpan(0, _headLength - 1)))
        {
            _text.Features = _beforeString;
            _text.Features.Add(PromptFeature.Images);
            _text.Break();
            _use = StringUse.Silent;
        }
        else if (Counts)
        {
            _text.Add([next]);
        }
    }

    // RFC 2397, before the comma.
    private static bool IsDataUrl(ReadOnlySpan<char> head) =>
        head.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase) && !head.Contains(' ');

    private void TakeEscape(byte next)
    {
        if (_hexDigitsLeft > 0)
        {
            _unit = (_unit << 4) | HexDigit(next);
            if (--_hexDigitsLeft > 0)
                return;
            EndEscape(_unit);
        }
        else if (next == 'u')
        {
            (_hexDigitsLeft, _unit) = (4, 0);
        }
        else
        {
            EndEscape(next switch
            {
                (byte)'n' => '\n',
                (byte)'t' => '\t',
                (byte)'r' => '\r',
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                _ => next,
            });
        }
    }

    // A character that is no digit leaves the document malformed; any figure will do.
    private static int HexDigit(byte next) => ((next & 0x0F) + (next >= 'A' ? 9 : 0)) & 0x0F;

    private void EndEscape(int unit)
    {
        _inEscape = false;
        if (unit < 0x80)
        {
            TakeText([(byte)unit]);
            return;
        }

        // No name and no data URL that is known here has such a character.
        _headLength = _head.Length;
        if (Counts)
            _text.AddUnit(unit);
    }

    private void EndString()
    {
        _inString = false;
        if (InJson)
        {
            _text.Add("\""u8);
        }
        else
        {
            _text.Break();
            if (_use == StringUse.Name)
                Recognise();
        }

        _nameNext = false;
    }

    private void Recognise()
    {
        ReadOnlySpan<char> name = _headLength <= PromptMembers.LongestName ? _head.AsSpan(0, _headLength) : [];
        _member = Depth == 1 ? PromptMembers.OfRequest(name) : PromptMembers.Within(name);
        if (Depth == 1)
            _section = _member;
    }
}
