namespace RemoteLlm.Protocol.Dialects.Requests.Multipart;

/// <summary>What a part is to us.</summary>
internal enum FormField
{
    /// <summary>A file, or a field that decides nothing here.</summary>
    Other,

    /// <summary>The field <c>model</c>.</summary>
    Model,

    /// <summary>The field <c>stream</c>.</summary>
    Stream,
}
