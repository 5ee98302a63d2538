using System.Text.RegularExpressions;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>Where a server's own key is: <c>api_key_env</c> or <c>api_key_file</c>. The key itself is refused, whatever its member is called.</summary>
internal static partial class CredentialFields
{
    private const int LongestPath = 4096;

    private static readonly string[] s_keys = ["api_key", "apikey", "api-key", "key", "token", "bearer", "secret", "password", "authorization"];

    /// <summary>Where the key is.</summary>
    /// <param name="fields">The server's entry.</param>
    /// <param name="folder">What a relative file name is relative to.</param>
    public static ServerCredential Read(JsonFields fields, string folder)
    {
        RefuseKeys(fields);
        var variable = Variable(fields);
        var file = fields.Text("api_key_file", LongestPath);
        if (variable is not null && file is not null)
            fields.Error("api_key_file", "and api_key_env cannot both say where the key is; remove one of the two.");
        return variable is not null ? ServerCredential.InVariable(variable)
            : file is not null ? ServerCredential.InFile(Path.GetFullPath(Path.Combine(folder, file)))
            : ServerCredential.None;
    }

    private static string? Variable(JsonFields fields)
    {
        if (fields.Value("api_key_env") is not { } value)
            return null;
        if (value.IsString && VariableName().IsMatch(value.Text))
            return value.Text;
        fields.Error("api_key_env", "must be the name of an environment variable (letters, digits and _, such as OPENROUTER_API_KEY), never the key itself.");
        return null;
    }

    private static void RefuseKeys(JsonFields fields)
    {
        foreach (var member in fields.Node.Members.Where(member => Array.Exists(s_keys, key => key.Equals(member.Name, StringComparison.OrdinalIgnoreCase))))
        {
            // Asked for, so that it is not called unknown as well.
            _ = fields.Value(member.Name);
            fields.Problems.Error(
                member.Line,
                member.Column,
                $"{fields.PathOf(member.Name)}: no key stands in this file. Remove it, and name the environment variable that holds the key in api_key_env, or a file whose first line is the key in api_key_file.");
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,127}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VariableName();
}
