namespace RemoteLlm.Replay;

/// <summary>The settings that decide where answers come from, read from the environment or from <c>.env</c>.</summary>
public static class ReplayEnvironment
{
    /// <summary>Names the mode: <c>replay</c>, <c>record</c> or <c>live</c>.</summary>
    public const string Mode = "LLM_PROXY_MODE";

    /// <summary>Names the address of the LLM server behind record and live mode.</summary>
    public const string Target = "LLM_PROXY_TARGET";

    /// <summary>Names the key for that server.</summary>
    public const string ApiKey = "LLM_PROXY_API_KEY";

    /// <summary>Sets what the environment says; what it does not say stays as it is.</summary>
    /// <param name="options">Receives the settings.</param>
    /// <param name="read">Gives the value of a variable, null when it is not set.</param>
    /// <returns>Null, or one line that says which variable is wrong and what it may be.</returns>
    public static string? Apply(ReplayOptions options, Func<string, string?> read)
    {
        if (read(Mode) is { Length: > 0 } mode)
        {
            if (!TryParseMode(mode, out var parsed))
            {
                return $"{Mode} is '{mode}'; it must be replay, record or live.";
            }

            options.Mode = parsed;
        }

        if (read(Target) is { Length: > 0 } target)
        {
            if (!TryParseTarget(target, out var address))
            {
                return $"{Target} is '{target}'; it must be an http or https address such as http://localhost:11434.";
            }

            options.Target = address;
        }

        if (read(ApiKey) is { Length: > 0 } key)
        {
            options.ApiKey = key;
        }

        return null;
    }

    /// <summary>Reads a mode by its name, in any case.</summary>
    public static bool TryParseMode(string text, out ReplayMode mode) =>
        Enum.TryParse(text, ignoreCase: true, out mode) && Enum.IsDefined(mode) && !char.IsAsciiDigit(text[0]);

    /// <summary>Reads the address of a target: http or https, absolute.</summary>
    public static bool TryParseTarget(string text, out Uri? target) =>
        Uri.TryCreate(text, UriKind.Absolute, out target) && target.Scheme is "http" or "https";
}
