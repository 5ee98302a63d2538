namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>A change to a held body in what is sent of it; the body itself stays as it is.</summary>
/// <param name="At">Offset of the first byte that is changed.</param>
/// <param name="Remove">How many bytes are left out there.</param>
/// <param name="Insert">What stands there instead.</param>
public readonly record struct BodyEdit(long At, long Remove, ReadOnlyMemory<byte> Insert);
