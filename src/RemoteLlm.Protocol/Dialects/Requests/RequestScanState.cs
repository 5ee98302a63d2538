namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>How far <see cref="RequestScanner"/> is.</summary>
public enum RequestScanState
{
    /// <summary>No model yet, and the object is still open.</summary>
    NeedMore,

    /// <summary>A model is known, and the object is still open: routing may begin. A later duplicate may still replace it.</summary>
    ModelKnown,

    /// <summary>The object is closed: nothing that follows can change what was found. <see cref="RequestScanner.Model"/> is null if it named none.</summary>
    Complete,

    /// <summary>The body cannot be accepted; <see cref="RequestScanner.Fault"/> says why.</summary>
    Malformed,
}
