using System.IO.Pipelines;

namespace RemoteLlm.Tunnel.Channels;

/// <summary>A reader and a writer that belong together.</summary>
internal sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
