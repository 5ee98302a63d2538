using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>Reads <c>users.yaml</c>.</summary>
public static class UsersFile
{
    /// <summary>The file's name in the data folder.</summary>
    public const string Name = "users.yaml";

    /// <summary>The directory that a text describes, or every error in it.</summary>
    /// <param name="text">The content of the file.</param>
    /// <param name="environmentLimits">Limits for what neither a user nor <c>defaults:</c> says.</param>
    /// <param name="environmentKeys">Keys to merge in; a user of the file who has the same name gets them.</param>
    public static FileReading<UserDirectory> Parse(
        string text, RequestLimits? environmentLimits = null, IReadOnlyList<ListedKey>? environmentKeys = null)
    {
        var read = UsersText.Read(text, environmentLimits ?? RequestLimits.Default);
        return read.Reading with { Content = read.Reading.Content?.With(environmentKeys ?? [], read.Defaults) };
    }

    /// <summary>Whether a text that was read as YAML has no error.</summary>
    internal static bool IsGood(YamlMapping root) => new UsersFileReader().Read(root, RequestLimits.Default).Errors.Count == 0;
}
