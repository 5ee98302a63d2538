namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>A change to a request's body on its way to the LLM server; all other bytes go on as they came.</summary>
/// <param name="At">Offset of the first byte that is changed.</param>
/// <param name="Remove">How many bytes are left out there.</param>
/// <param name="Insert">What stands there instead.</param>
public readonly record struct RequestEdit(long At, long Remove, ReadOnlyMemory<byte> Insert);
