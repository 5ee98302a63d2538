namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>Counts a text by class of characters, one at a time; keeps only what the last one was.</summary>
internal struct CharacterClasses
{
    private const int LongWord = 10;

    private Class _last;
    private int _wordLength;

    private enum Class : byte
    {
        None,
        Small,
        Capital,
        Digit,
        Symbol,
        Space,
        LineBreak,
        Other,
    }

    /// <summary>Says that what comes does not continue what came.</summary>
    public void Break() => _last = Class.None;

    /// <summary>Counts one character.</summary>
    public void Add(int character, ref PromptFeatures features)
    {
        var next = character < 0x80 ? Ascii(character) : Class.Other;
        switch (next)
        {
            case Class.Small or Class.Capital:
                AddLetter(next, ref features);
                break;
            case Class.Digit:
                features.Add(PromptFeature.Digits);
                break;
            case Class.Symbol:
                features.Add(PromptFeature.Symbols);
                if (_last != Class.Symbol)
                    features.Add(PromptFeature.SymbolRuns);
                break;
            case Class.LineBreak:
                features.Add(PromptFeature.LineBreaks);
                break;
            case Class.Space when _last is Class.Space or Class.LineBreak:
                features.Add(PromptFeature.ExtraSpaces);
                break;
            case Class.Other:
                next = AddBeyondAscii(character, ref features);
                break;
        }

        _last = next;
    }

    private void AddLetter(Class next, ref PromptFeatures features)
    {
        if (next == Class.Capital)
            features.Add(PromptFeature.Capitals);
        if (_last is not (Class.Small or Class.Capital) || (_last == Class.Small && next == Class.Capital))
        {
            features.Add(PromptFeature.Words);
            _wordLength = 0;
        }

        if (_wordLength == LongWord)
            features.Add(PromptFeature.LongLetters);
        else
            _wordLength++;
    }

    // Blocks of the Unicode Standard 16.0; coarse, since the tokens of a character vary far more within a script than this does.
    private Class AddBeyondAscii(int character, ref PromptFeatures features)
    {
        switch (character)
        {
            case >= 0xC0 and < 0x250 and not (0xD7 or 0xF7):
                features.Add(PromptFeature.Accents);
                AddLetter(Class.Small, ref features);
                return Class.Small;
            case < 0xC0 or 0xD7 or 0xF7 or (>= 0x2000 and < 0x2C00) or (>= 0x3000 and < 0x3040) or (>= 0xFE30 and < 0xFE50) or (>= 0xFF00 and < 0xFFF0):
                features.Add(PromptFeature.WidePunctuation);
                break;
            case (>= 0x3400 and < 0xA000) or (>= 0xF900 and < 0xFB00) or (>= 0x20000 and < 0x40000):
                features.Add(PromptFeature.Ideographs);
                break;
            case (>= 0x1100 and < 0x1200) or (>= 0x3130 and < 0x3190) or (>= 0xAC00 and < 0xD7B0):
                features.Add(PromptFeature.Hangul);
                break;
            case >= 0x3040 and < 0x3400:
                features.Add(PromptFeature.Kana);
                break;
            case >= 0x10000:
                features.Add(PromptFeature.Pictographs);
                break;
            default:
                features.Add(PromptFeature.OtherLetters);
                break;
        }

        return Class.Other;
    }

    private static Class Ascii(int character) => character switch
    {
        >= 'a' and <= 'z' => Class.Small,
        >= 'A' and <= 'Z' => Class.Capital,
        >= '0' and <= '9' => Class.Digit,
        ' ' => Class.Space,
        '\n' or '\t' => Class.LineBreak,
        < ' ' or 0x7F => Class.None,
        _ => Class.Symbol,
    };
}
