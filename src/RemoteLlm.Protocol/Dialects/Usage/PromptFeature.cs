namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>What is counted of a prompt: classes of characters first, then what costs tokens without being text.</summary>
public enum PromptFeature
{
    /// <summary>Words of Latin letters; a capital after a small letter begins a new one, as tokenizers split <c>camelCase</c>.</summary>
    Words,

    /// <summary>Letters past the tenth of a word: only long words are sure to be cut.</summary>
    LongLetters,

    /// <summary>Latin letters beyond ASCII, counted beside their word.</summary>
    Accents,

    /// <summary>ASCII capitals, counted beside their word: words in capitals are rarely known whole.</summary>
    Capitals,

    /// <summary>ASCII digits.</summary>
    Digits,

    /// <summary>ASCII punctuation and symbols.</summary>
    Symbols,

    /// <summary>Unbroken runs of such symbols: most tokenizers know the usual ones (<c>");</c>, <c>":{</c>) as one token.</summary>
    SymbolRuns,

    /// <summary>Line feeds and tabs.</summary>
    LineBreaks,

    /// <summary>Spaces that follow white space. A single space between words is free: it is part of the word's token.</summary>
    ExtraSpaces,

    /// <summary>Han characters.</summary>
    Ideographs,

    /// <summary>Kana. Apart from hangul, since many tokenizers know the one script far better than the other.</summary>
    Kana,

    /// <summary>Hangul.</summary>
    Hangul,

    /// <summary>Punctuation and signs beyond ASCII, full-width forms included.</summary>
    WidePunctuation,

    /// <summary>Letters of every other script.</summary>
    OtherLetters,

    /// <summary>Emoji and whatever else lies beyond the basic plane.</summary>
    Pictographs,

    /// <summary>Messages of the conversation.</summary>
    Messages,

    /// <summary>Tools on offer. Their definitions are counted as text, JSON and all, since that is how a prompt shows them.</summary>
    Tools,

    /// <summary>Tokens that the client sent as numbers.</summary>
    TokenIds,

    /// <summary>Images, and whatever else comes as base64.</summary>
    Images,
}
