namespace RemoteLlm.Benchmarks;

/// <summary>The first argument of this program: what it is to be.</summary>
internal static class Roles
{
    /// <summary>The end-to-end run, which starts all the others.</summary>
    public const string EndToEnd = "e2e";

    /// <summary>What resuming costs.</summary>
    public const string Resume = "resume";

    /// <summary>A long, slow line.</summary>
    public const string Wan = "wan";

    /// <summary>Who suffers from one bad client.</summary>
    public const string Neighbours = "neighbours";

    /// <summary>How soon all is well again.</summary>
    public const string Recovery = "recovery";

    /// <summary>Hours of everything.</summary>
    public const string Soak = "soak";

    /// <summary>How soon the LLM server learns that a client has left.</summary>
    public const string Cancel = "cancel";

    /// <summary>Many connectors at once.</summary>
    public const string Herd = "herd";

    /// <summary>Several LLM servers behind one connector.</summary>
    public const string Servers = "servers";

    /// <summary>The broker's usage ledger.</summary>
    public const string Ledger = "ledger";

    /// <summary>Thousands of users.</summary>
    public const string Users = "users";

    /// <summary>Edits of the file of thousands of users.</summary>
    public const string Edits = "edits";

    /// <summary>The portal's pages.</summary>
    public const string Portal = "portal";

    /// <summary>The microbenchmarks.</summary>
    public const string Micro = "micro";

    /// <summary>The LLM server of a run.</summary>
    public const string FakeLlm = "fake-llm";

    /// <summary>Many connectors of a run.</summary>
    public const string HerdMembers = "herd-members";

    /// <summary>The clients of a run.</summary>
    public const string Load = "load";
}
