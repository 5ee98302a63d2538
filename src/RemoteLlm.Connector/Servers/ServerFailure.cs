namespace RemoteLlm.Connector.Servers;

/// <summary>
/// What came of a request at a server, as a closed set: every way in which one can fail is one of these, and each has a metric. What follows from them is in
/// <see cref="ServerFailures"/>.
/// </summary>
public enum ServerFailure
{
    /// <summary>Nothing failed, or no server was asked.</summary>
    None = 0,

    /// <summary>No connection, or it broke before a byte of an answer. The server's fault; may be tried elsewhere.</summary>
    Unreachable = 1,

    /// <summary>Not a byte of an answer within its clock. The server's fault; may be tried elsewhere.</summary>
    TimedOut = 2,

    /// <summary>It has had enough requests or tokens for now (429, or its limit as we know it). It is well, so not its fault; may be tried elsewhere.</summary>
    RateLimited = 3,

    /// <summary>It refuses the key that we have for it (401, 403). Its operator's fault, which for requests is as good as the server's; may be tried elsewhere.</summary>
    Auth = 4,

    /// <summary>The prompt does not fit into the model's context. Not its fault; may be tried elsewhere, where more fits.</summary>
    Context = 5,

    /// <summary>It does not have the model any more. Not its fault, since models come and go; may be tried elsewhere.</summary>
    ModelMissing = 6,

    /// <summary>It does not serve this path at all. Not its fault; may be tried elsewhere.</summary>
    EndpointMissing = 7,

    /// <summary>It is there and loads the model. Not its fault; may be tried elsewhere.</summary>
    Loading = 8,

    /// <summary>It says itself that it failed (5xx). The server's fault; may be tried elsewhere.</summary>
    Failed = 9,

    /// <summary>It answered what nobody can read: a redirection, HTML, JSON that is none. The server's fault; may be tried elsewhere.</summary>
    Unreadable = 10,

    /// <summary>The answer broke off after its first byte. The server's fault; never tried elsewhere, because the client has a part of it.</summary>
    Streaming = 11,

    /// <summary>A cap on what may be spent there is reached; it was not asked. Not its fault; may be tried elsewhere.</summary>
    Cost = 12,

    /// <summary>It refuses the request as such (any other 4xx). The client's fault; another server would refuse it too.</summary>
    Rejected = 13,
}
