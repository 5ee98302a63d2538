namespace RemoteLlm.Replay.Playback;

/// <summary>
/// Ends an answer without its end: thrown after the headers, it makes Kestrel send what was flushed and close the connection, so that
/// the client has every byte before the cut. (Aborting the request would drop bytes that are still on their way.)
/// </summary>
internal sealed class StreamCutException(string message) : Exception(message);
