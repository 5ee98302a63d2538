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
        var (root, broken) = YamlTree.Read(Name, text);
        return root is null ? new FileReading<UserDirectory>(null, [broken!], []) : Read(root, environmentLimits, environmentKeys);
    }

    /// <summary>The same, of a text that was read as YAML already.</summary>
    internal static FileReading<UserDirectory> Read(YamlMapping root, RequestLimits? environmentLimits = null, IReadOnlyList<ListedKey>? environmentKeys = null) =>
        new UsersFileReader(environmentLimits ?? RequestLimits.Default, environmentKeys ?? []).Read(root);
}
