using System.Buffers;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>Learns what routing must know out of a request body while its bytes arrive, in constant memory, and checks its form. Not thread-safe.</summary>
public interface IRequestScanner
{
    /// <summary>The model; null as long as none was seen, and when it is empty.</summary>
    string? Model { get; }

    /// <summary>Whether a stream is asked for; null when the body says nothing about it.</summary>
    bool? Stream { get; }

    /// <summary>Why the body cannot be accepted; null unless <see cref="State"/> is <see cref="RequestScanState.Malformed"/>.</summary>
    RequestFault? Fault { get; }

    /// <summary>How far the scan is.</summary>
    RequestScanState State { get; }

    /// <summary>Takes the next bytes of the body, wherever it was split.</summary>
    RequestScanState Scan(in ReadOnlySequence<byte> bytes);

    /// <summary>Says that the body is at its end: what is still open now will never be closed.</summary>
    RequestScanState Finish();

    /// <summary>
    /// What makes the body name another model: every place that names one changes, since servers do not agree which of several counts; where there is none, one is put in. Nothing
    /// when the body names this model and no other.
    /// </summary>
    /// <param name="model">The model's name at the server.</param>
    /// <returns>For <see cref="RequestEdits.Combine"/>; null when such a name cannot be written into this body: it is empty, has half of a surrogate pair or, in a form, a control character or the boundary.</returns>
    /// <exception cref="InvalidOperationException"><see cref="State"/> is not <see cref="RequestScanState.Complete"/>.</exception>
    IReadOnlyList<RequestEdit>? ModelEdits(string model);
}
