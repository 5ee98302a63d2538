namespace RemoteLlm.Replay;

/// <summary>What a replay server serves, and how.</summary>
public sealed class ReplayOptions
{
    /// <summary>Where the answers come from. Default: <see cref="ReplayMode.Replay"/>.</summary>
    public ReplayMode Mode { get; set; }

    /// <summary>
    /// Base address of the LLM server behind <see cref="ReplayMode.Record"/> and <see cref="ReplayMode.Live"/>, with or without a
    /// closing <c>/v1</c>; required there, unused in <see cref="ReplayMode.Replay"/>.
    /// </summary>
    public Uri? Target { get; set; }

    /// <summary>Key for the target. The credentials of the client are never sent on, with or without this key.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Folder whose <c>*.yaml</c> files are played, or to which recordings are written (required for that). Null plays the
    /// cassettes inside the assembly: a model <c>replay-demo</c> that answers any prompt.
    /// </summary>
    public string? CassettesDirectory { get; set; }

    /// <summary>How fast cassettes are played. Default: as recorded.</summary>
    public ReplayPacing Pacing { get; set; }

    /// <summary>Address to listen on. Default: a free port of the loopback interface.</summary>
    public string Url { get; set; } = "http://127.0.0.1:0";

    /// <summary>The clock that paces a replay and times a recording; a test that turns it by hand decides when each chunk is sent.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
