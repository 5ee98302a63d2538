using System.Collections;
using dotenv.net;

namespace RemoteLlm.Hosting.Configuration;

/// <summary>
/// The settings that surround the process: its environment variables, and below them those of a <c>.env</c> file. The environment of the process
/// itself is not changed. Never written to a log: some of the values are secrets.
/// </summary>
public sealed class EnvironmentSettings
{
    private readonly Dictionary<string, string> _values;
    private readonly HashSet<string> _ofFile = new(StringComparer.Ordinal);

    /// <summary>Settings given outright, as tests and the demonstration do.</summary>
    public EnvironmentSettings(IEnumerable<KeyValuePair<string, string>> values) => _values = new(values, StringComparer.Ordinal);

    /// <summary>The value of a variable; null where it is unset or blank, so that <c>NAME=</c> in a file unsets nothing but says nothing either.</summary>
    public string? this[string variable] => _values.TryGetValue(variable, out var value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>Where the value of a variable came from; null where it has none.</summary>
    public SettingSource? SourceOf(string variable) => this[variable] is null ? null : _ofFile.Contains(variable) ? SettingSource.DotEnv : SettingSource.Environment;

    /// <summary>Takes the environment of this process, and the folder's <c>.env</c> for what the environment leaves unset.</summary>
    /// <exception cref="IOException">There is a <c>.env</c> that cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">There is a <c>.env</c> that we may not read.</exception>
    public static EnvironmentSettings Load(string folder)
    {
        var settings = new EnvironmentSettings(ReadFile(Path.Combine(folder, ".env")));
        settings._ofFile.UnionWith(settings._values.Keys);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            settings._values[(string)variable.Key] = (string?)variable.Value ?? "";
            settings._ofFile.Remove((string)variable.Key);
        }

        return settings;
    }

    private static IDictionary<string, string> ReadFile(string path) => File.Exists(path)
        ? DotEnv.Read(new DotEnvOptions(ignoreExceptions: false, envFilePaths: [path]))
        : new Dictionary<string, string>(StringComparer.Ordinal);
}
