namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>What <see cref="JsonScanner.Read"/> came upon.</summary>
internal enum JsonToken : byte
{
    /// <summary>Nothing to report: the bytes are used up.</summary>
    None,
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    Name,
    String,
    Number,
    True,
    False,
    Null,

    /// <summary>The bytes cannot be part of a JSON document; final.</summary>
    Malformed,
}
