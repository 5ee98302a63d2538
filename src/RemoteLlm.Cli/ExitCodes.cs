namespace RemoteLlm.Cli;

/// <summary>What the process tells the script that called it. Part of the command line's contract; <c>remotellm --help</c> lists them.</summary>
internal static class ExitCodes
{
    /// <summary>Done, or stopped in good order by a signal.</summary>
    public const int Ok = 0;

    /// <summary>The command was understood but could not be carried out.</summary>
    public const int Failed = 1;

    /// <summary>The command line, the environment or a configuration file is wrong; trying again without changing it is no use.</summary>
    public const int Usage = 2;

    /// <summary>A connector stopped because a newer process took its place with the same token: do not restart it by itself.</summary>
    public const int Replaced = 3;

    /// <summary>Broken off by Ctrl-C or a signal before it was done: 128 + SIGINT, as shells have it.</summary>
    public const int Cancelled = 130;

    /// <summary>The table that the help shows.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done, or stopped in good order"),
        (Failed, "understood, but could not be carried out"),
        (Usage, "wrong usage or configuration"),
        (Replaced, "connector replaced by a newer process with the same token: do not restart"),
        (Cancelled, "broken off by Ctrl-C"),
    ];
}
