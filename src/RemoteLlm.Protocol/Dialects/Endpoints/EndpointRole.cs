namespace RemoteLlm.Protocol.Dialects.Endpoints;

/// <summary>What the connector does with a request besides relaying it.</summary>
public enum EndpointRole
{
    /// <summary>Nothing: bytes go to the LLM server and back.</summary>
    Relay,

    /// <summary>The question is put in the form that the server takes, and its answer in one form for all.</summary>
    Rerank,

    /// <summary>Where the server cannot count, the connector estimates.</summary>
    CountTokens,

    /// <summary>Changes what is installed at the LLM server: refused unless the connector's operator allows it.</summary>
    Management,
}
