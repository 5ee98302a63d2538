namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>What <see cref="JsonScanner"/> stands before, between two bytes.</summary>
internal enum JsonScanState : byte
{
    Value,
    ValueOrEndArray,
    NameOrEndObject,
    Name,
    Colon,
    CommaOrEnd,
    InString,
    InEscape,
    InUnicodeEscape,
    InNumber,
    InLiteral,

    /// <summary>The top-level value is complete: only white space may follow.</summary>
    Done,
    Malformed,
}
