using System.Text.RegularExpressions;

namespace RemoteLlm.Broker.Access.Connectors;

/// <summary>The form of connector names: they stand in metrics, logs and file names, so they are plain.</summary>
public static partial class ConnectorName
{
    /// <summary>The rule in words.</summary>
    public const string Rule = "A connector name has lowercase letters, digits, dot, dash and underscore, at most 63, and begins with a letter or digit";

    /// <summary>Whether the text can be a connector's name.</summary>
    public static bool IsWellFormed(string name) => Form().IsMatch(name);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_.\-]{0,62}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
