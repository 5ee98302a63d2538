namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>What kind of thing is wrong with a body.</summary>
public enum RequestFaultKind
{
    /// <summary>It is not one JSON object in valid UTF-8.</summary>
    InvalidJson,

    /// <summary>It is not <c>multipart/form-data</c>.</summary>
    InvalidMultipart,

    /// <summary>It was read, but its <c>model</c> is not usable text.</summary>
    InvalidModel,
}

/// <summary>Why a request body was not accepted, and where.</summary>
/// <param name="Kind">What kind of fault.</param>
/// <param name="Position">The offset of the first offending byte, counted from 0.</param>
/// <param name="Line">Its line, counted from 1.</param>
/// <param name="Reason">For a person; repeats nothing of the body but single characters.</param>
public sealed record RequestFault(RequestFaultKind Kind, long Position, int Line, string Reason);
