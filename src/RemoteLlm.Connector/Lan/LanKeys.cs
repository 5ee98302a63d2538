using System.Collections.Frozen;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Lan;

/// <summary>The keys that are good at the LAN port alone. Read by every request without a lock; replaced whole when their file changes.</summary>
internal sealed class LanKeys
{
    /// <summary>Whose keys those are that come without a name.</summary>
    public const string DefaultUser = "local";

    private readonly string? _listed;
    private FrozenDictionary<KeyDigest, RosterEntry> _byDigest = FrozenDictionary<KeyDigest, RosterEntry>.Empty;

    private LanKeys(string? listed, string? file) => (_listed, File) = (listed, file);

    /// <summary>The file that some of them come from; null for none.</summary>
    public string? File { get; }

    /// <summary>Keys in force.</summary>
    public int Count => Volatile.Read(ref _byDigest).Count;

    /// <summary>Reads keys for the first time.</summary>
    /// <param name="listed">Those of the environment, separated by commas; null for none.</param>
    /// <param name="file">The path of a file with more; null for none.</param>
    /// <exception cref="SettingException">One of them is none, or the file cannot be read.</exception>
    public static LanKeys Read(string? listed, string? file)
    {
        var keys = new LanKeys(listed, string.IsNullOrWhiteSpace(file) ? null : Path.GetFullPath(file));
        var problem = keys.Replace(keys.File is null ? null : FileSnapshot.Read(keys.File));
        return problem is null ? keys : throw new SettingException(problem);
    }

    /// <summary>Puts the keys of another state of the file in force, beside those of the environment.</summary>
    /// <returns>What is wrong with it, in which case those before it stay; null when nothing is. No key is quoted.</returns>
    public string? Replace(FileSnapshot? file)
    {
        var list = new KeyList('=', DefaultUser);
        if (Add(list, file) is { } problem)
            return problem;
        Volatile.Write(ref _byDigest, list.Keys.ToFrozenDictionary(key => key.Digest, Entry));
        return null;
    }

    /// <summary>Whose key it is, or null. What is looked for is a hash, and hashes are compared in constant time.</summary>
    public RosterEntry? Find(KeyDigest digest) => Volatile.Read(ref _byDigest).GetValueOrDefault(digest);

    // It stands on no roster; the fingerprint tells it from others where requests are counted.
    private static RosterEntry Entry(ListedKey key) => new(key.User, key.Prefix, DerivedCredential.FingerprintOf(key.Digest, DefaultUser), RequestLimits.None) { IsLocal = true };

    private string? Add(KeyList list, FileSnapshot? file)
    {
        var entries = (_listed ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < entries.Length; i++)
        {
            if (list.Add(entries[i]) is { } wrong)
                return $"{LanOptions.KeysVariable}: entry {i + 1} {wrong}";
        }

        if (file is null)
            return null;
        if (file.Condition != FileCondition.Present)
            return $"the file of --listen-keys-file, {File}, cannot be read: {file.Problem ?? "it is not there"}.";
        var lines = file.Text.Split('\n', StringSplitOptions.TrimEntries);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > 0 && lines[i][0] != '#' && list.Add(lines[i]) is { } wrong)
                return $"{File}: line {i + 1} {wrong}";
        }

        return null;
    }
}
