namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>What an LLM server's refusal means for who asked.</summary>
public enum ServerErrorKind
{
    /// <summary>The server's own error, in JSON that a client library can read: it goes to the client byte for byte.</summary>
    PassThrough,

    /// <summary>The prompt does not fit the model's context, said in a way that clients of this dialect do not recognise.</summary>
    ContextLength,

    /// <summary>A system message stands behind others in a request of Anthropic's form, and the server or the model's template takes none there.</summary>
    SystemRole,

    /// <summary>The server has no such endpoint: it is not the model that is missing.</summary>
    EndpointMissing,

    /// <summary>The model is being loaded; later it works.</summary>
    ModelLoading,

    /// <summary>Nothing that a client library could read: a proxy's page, plain text, or nothing at all.</summary>
    Unreadable,
}
