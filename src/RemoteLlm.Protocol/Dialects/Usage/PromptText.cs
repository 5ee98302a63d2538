using System.Buffers;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>Counts the text of a prompt: decodes its UTF-8 and its JSON escapes, and takes a long run of base64 for what it is.</summary>
internal struct PromptText
{
    /// <summary>
    /// So many base64 characters without a break are no text: the longest word or hash in a prompt is far below, the smallest picture worth sending above.
    /// </summary>
    public const int ShortestPayload = 512;

    // Not base64url: pictures never come in it, and rulers of hyphens do come.
    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private CharacterClasses _classes;
    private PromptFeatures _beforeRun;
    private int _run;
    private int _character;
    private int _continuationsLeft;
    private int _highSurrogate;

    /// <summary>What was counted so far.</summary>
    public PromptFeatures Features;

    /// <summary>Whether a run of base64 is under way that was taken for a payload.</summary>
    private readonly bool InPayload => _run >= ShortestPayload;

    /// <summary>Says that what comes does not continue what came.</summary>
    public void Break()
    {
        Flush();
        _classes.Break();
        _run = 0;
    }

    /// <summary>Counts bytes of UTF-8.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (InPayload && _continuationsLeft == 0)
            {
                // An image is megabytes of them.
                var length = bytes[i..].IndexOfAnyExcept(Base64);
                if (length < 0)
                    return;
                i += length;
            }

            Add(bytes[i]);
        }
    }

    /// <summary>Counts a code unit of UTF-16, as JSON's escapes give them.</summary>
    public void AddUnit(int unit)
    {
        if (char.IsLowSurrogate((char)unit) && _highSurrogate != 0)
        {
            var character = char.ConvertToUtf32((char)_highSurrogate, (char)unit);
            _highSurrogate = 0;
            Take(character);
            return;
        }

        Flush();
        if (char.IsHighSurrogate((char)unit))
            _highSurrogate = unit;
        else
            Take(unit);
    }

    private void Add(byte next)
    {
        if (_continuationsLeft > 0 && (next & 0xC0) == 0x80)
        {
            _character = (_character << 6) | (next & 0x3F);
            if (--_continuationsLeft == 0)
                Take(_character);
            return;
        }

        Flush();
        (_character, _continuationsLeft) = next switch
        {
            >= 0xF0 => (next & 0x07, 3),
            >= 0xE0 => (next & 0x0F, 2),
            >= 0xC0 => (next & 0x1F, 1),
            _ => (next, 0),
        };
        if (_continuationsLeft == 0)
            Take(next);
    }

    // What was begun and not ended is some character too.
    private void Flush()
    {
        if (_continuationsLeft == 0 && _highSurrogate == 0)
            return;
        _continuationsLeft = _highSurrogate = 0;
        Take(char.MaxValue);
    }

    private void Take(int character)
    {
        if (character < 0x80 && Base64.Contains((byte)character))
        {
            if (_run == 0)
                _beforeRun = Features;
            if (_run < ShortestPayload && ++_run == ShortestPayload)
            {
                Features = _beforeRun;
                Features.Add(PromptFeature.Images);
                _classes.Break();
            }

            if (InPayload)
                return;
        }
        else if (character == '=' && InPayload)
        {
            return;
        }
        else
        {
            _run = 0;
        }

        _classes.Add(character, ref Features);
    }
}
