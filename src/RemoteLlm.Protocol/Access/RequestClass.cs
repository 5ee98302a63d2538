namespace RemoteLlm.Protocol.Access;

/// <summary>How urgent a request is. Somebody waits for an interactive one; a batch gets a small share while others wait, and all that they leave.</summary>
public enum RequestClass
{
    /// <summary>Somebody waits for the answer. The default.</summary>
    Interactive = 0,

    /// <summary>Nobody waits: bulk work, by a header of the request or by its key.</summary>
    Batch = 1,
}
