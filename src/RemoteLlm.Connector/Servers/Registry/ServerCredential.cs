namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>Where a server's own key is: an environment variable or a file, never the registry. It is read when the server is put into use.</summary>
public sealed record ServerCredential
{
    private readonly string? _value;

    private ServerCredential(string? variable, string? file, string? value) => (Variable, File, _value) = (variable, file, value);

    /// <summary>The server wants no key.</summary>
    public static ServerCredential None { get; } = new(null, null, null);

    /// <summary>The environment variable that holds the key; null when it is not in one.</summary>
    public string? Variable { get; }

    /// <summary>The file whose first line is the key; null when it is not in one.</summary>
    public string? File { get; }

    /// <summary>The key in an environment variable.</summary>
    public static ServerCredential InVariable(string variable) => new(variable, null, null);

    /// <summary>The key in a file.</summary>
    public static ServerCredential InFile(string file) => new(null, file, null);

    /// <summary>The key itself, read before.</summary>
    public static ServerCredential Of(string? key) => string.IsNullOrWhiteSpace(key) ? None : new(null, null, key.Trim());

    /// <summary>Reads the key.</summary>
    /// <param name="key">The key; null when the server wants none.</param>
    /// <param name="problem">Why there is none although there should be, and what to do.</param>
    public bool TryRead(out string? key, out string? problem)
    {
        (key, problem) = (_value, null);
        if (Variable is not null && string.IsNullOrWhiteSpace(key = Environment.GetEnvironmentVariable(Variable)?.Trim()))
            problem = $"the environment variable {Variable} that should hold its key is not set";
        else if (File is not null)
            (key, problem) = ReadFile(File);
        return problem is null;
    }

    /// <summary>Where it is; never the key.</summary>
    public override string ToString() => Variable ?? File ?? (_value is null ? "none" : "set");

    private static (string? Key, string? Problem) ReadFile(string file)
    {
        try
        {
            var line = System.IO.File.ReadLines(file).FirstOrDefault()?.Trim();
            return string.IsNullOrEmpty(line) ? (null, $"the first line of {file} that should be its key is empty") : (line, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"the file {file} that should hold its key cannot be read ({exception.GetType().Name})");
        }
    }
}
