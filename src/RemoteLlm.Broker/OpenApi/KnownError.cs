using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>An error that a client may get, with values in its message as they could be.</summary>
internal sealed record KnownError(ErrorCause Cause, ApiError Sample);

/// <summary>What a request must have in it to get an error.</summary>
internal enum ErrorCause
{
    /// <summary>An address or a method that is not served.</summary>
    Address,

    /// <summary>Headers, or nothing of its own: our side.</summary>
    Always,

    /// <summary>A key.</summary>
    Key,

    /// <summary>A model, whoever is asked about it.</summary>
    Model,

    /// <summary>A body.</summary>
    Body,

    /// <summary>A body of JSON.</summary>
    JsonBody,

    /// <summary>A form.</summary>
    FormBody,

    /// <summary>Documents to rank.</summary>
    Rerank,

    /// <summary>Messages in Anthropic's form.</summary>
    Messages,

    /// <summary>An LLM server that works on it.</summary>
    Work,

    /// <summary>A wish to change what is installed.</summary>
    Management,

    /// <summary>A stream that had begun: told inside it.</summary>
    Stream,
}
