using System.Buffers;

namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>Decides what of an answer's bytes goes on to the client. Called for every read, on the relaying thread: must be quick and must not throw.</summary>
public interface IBodyFilter
{
    /// <summary>Writes what of these bytes, and of those held back before, goes on now.</summary>
    void Filter(ReadOnlySpan<byte> bytes, IBufferWriter<byte> client);

    /// <summary>The source has come to its end: what is still held back goes on.</summary>
    void Finish(IBufferWriter<byte> client);
}
