namespace RemoteLlm.Protocol.Dialects.Endpoints;

/// <summary>How a request's body is written, and so where its model is found.</summary>
public enum RequestFormat
{
    /// <summary>One JSON object.</summary>
    Json,

    /// <summary><c>multipart/form-data</c> (RFC 7578): the model is a field among files.</summary>
    Multipart,
}
