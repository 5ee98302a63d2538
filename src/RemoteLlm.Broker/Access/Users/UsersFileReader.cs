using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>Turns the tree of one <c>users.yaml</c>, or some entries of it, into users. For one use.</summary>
internal sealed class UsersFileReader
{
    private readonly List<(UserRecord User, IReadOnlyList<FileProblem> Warnings)> _users = [];
    private readonly List<FileProblem> _errors = [];
    private readonly Dictionary<string, int> _lineOfUser = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<long, int> _lineOfGitLabId = [];
    private readonly Dictionary<KeyDigest, int> _lineOfKey = [];

    // Those of the part that is being read.
    private FileProblems _problems = new(UsersFile.Name);

    /// <summary>Reads the whole file.</summary>
    /// <param name="root">Its tree.</param>
    /// <param name="environmentLimits">Limits for what neither a user nor <c>defaults:</c> says.</param>
    public ReadUsers Read(YamlMapping root, RequestLimits environmentLimits)
    {
        var outside = _problems;
        var file = new FieldReader(root, "this file", outside);
        var defaults = LimitFields.Read(file.Fields("defaults", "defaults")).Over(new UserLimits(environmentLimits, Budget.None, Weight: 1));
        var list = file.List("users");
        _errors.AddRange(outside.Errors);
        var before = outside.Warnings.Count;
        ReadUsers(list?.Items ?? [], defaults);
        file.WarnOfOthers();
        return new ReadUsers(_errors, defaults, _users, [.. outside.Warnings.Take(before)], [.. outside.Warnings.Skip(before)]);
    }

    /// <summary>Reads some entries.</summary>
    /// <param name="items">Their trees.</param>
    /// <param name="defaults">What <c>defaults:</c> of their file comes to.</param>
    public ReadUsers Read(IReadOnlyList<YamlNode> items, UserLimits defaults)
    {
        ReadUsers(items, defaults);
        return new ReadUsers(_errors, defaults, _users, [], []);
    }

    private void ReadUsers(IReadOnlyList<YamlNode> items, UserLimits defaults)
    {
        foreach (var item in items)
        {
            _problems = new FileProblems(UsersFile.Name);
            if (item is YamlMapping mapping)
            {
                _users.Add((ReadUser(mapping, defaults), _problems.Warnings));
            }
            else
            {
                _problems.Error(item, "A user must begin with \"- gitlab_username: NAME\".");
            }

            _errors.AddRange(_problems.Errors);
        }
    }

    private UserRecord ReadUser(YamlMapping mapping, UserLimits defaults)
    {
        var fields = new FieldReader(mapping, "a user", _problems);
        var own = LimitFields.Read(fields.Fields("limits", "limits"));
        var limits = own.Over(defaults);
        var user = new UserRecord(
            Name: ReadUserName(fields),
            GitLabId: ReadGitLabId(fields),
            Role: fields.Word("role", ("user", UserRole.User), ("operator", UserRole.Operator)) ?? UserRole.User,
            Blocked: fields.Flag("blocked") ?? false,
            Pending: fields.Word("status", ("active", false), ("pending", true)) ?? false,
            Limits: limits.Requests,
            Models: fields.Texts("models"),
            CreatedAt: fields.Timestamp("created_at"),
            Keys: []) { Budget = limits.Budget, Weight = limits.Weight, Own = own };

        var keys = new List<KeyRecord>();
        foreach (var item in fields.List("keys")?.Items ?? [])
        {
            if (item is YamlMapping keyMapping)
            {
                var key = new FieldReader(keyMapping, "a key", _problems);
                Add(keys, ReadKey(key, user));
                key.WarnOfOthers();
            }
            else
            {
                _problems.Error(item, $"A key must have names with values, \"hash:\" at least; run \"remotellm keys issue {user.Name}\" to make one.");
            }
        }

        Add(keys, ReadTypedKey(fields, user, new KeyFacts(null, null, user.CreatedAt, null, RequestClass.Interactive)));
        fields.WarnOfOthers();
        return user with { Keys = keys };
    }

    private string ReadUserName(FieldReader fields)
    {
        var name = fields.Text("gitlab_username")?.Trim();
        if (string.IsNullOrEmpty(name))
        {
            // What stands there and is no text has an error already.
            if (name is not null || fields.Mapping.TextOf("gitlab_username") is null)
            {
                _problems.Error(fields.Mapping, "This user has no gitlab_username; add one.");
            }

            return "";
        }

        if (!_lineOfUser.TryAdd(name, fields.Mapping.Line))
        {
            _problems.Error(fields.Node("gitlab_username")!, $"The user {name} is listed already in line {_lineOfUser[name]}; make one entry of the two.");
        }

        return name;
    }

    private long? ReadGitLabId(FieldReader fields)
    {
        if (fields.LongCount("gitlab_id") is not { } id)
        {
            return null;
        }

        if (!_lineOfGitLabId.TryAdd(id, fields.Mapping.Line))
        {
            _problems.Error(fields.Node("gitlab_id")!, $"The gitlab_id {id} is that of the user in line {_lineOfGitLabId[id]} already; one of the two is wrong.");
        }

        return id;
    }

    private KeyRecord? ReadKey(FieldReader fields, UserRecord user)
    {
        var facts = new KeyFacts(
            fields.Text("name"),
            fields.Text("prefix"),
            fields.Timestamp("created_at"),
            fields.Timestamp("expires_at"),
            fields.Word("class", ("interactive", RequestClass.Interactive), ("batch", RequestClass.Batch)) ?? RequestClass.Interactive);
        var typed = ReadTypedKey(fields, user, facts);
        if (fields.Node("hash") is not { } hash)
        {
            if (fields.Node("api_key") is null)
            {
                _problems.Error(fields.Mapping, $"This key has no hash; run \"remotellm keys issue {user.Name}\" to make a key, and remove this entry.");
            }

            return typed;
        }

        if (fields.Node("api_key") is { } both)
        {
            _problems.Error(both, "A key has either hash or api_key; remove one of the two.");
            return null;
        }

        if (hash is not YamlScalar scalar || !KeyDigest.TryParse(scalar.Value, out var digest))
        {
            _problems.Error(hash, "hash must be sha256: and 64 hex digits; a key as it is belongs into api_key.");
            return null;
        }

        return Known(hash, digest) ? null : Record(user, facts, digest);
    }

    private KeyRecord? ReadTypedKey(FieldReader fields, UserRecord user, KeyFacts facts)
    {
        if (fields.Node("api_key") is not { } node)
        {
            return null;
        }

        if (node is not YamlScalar scalar || !ApiKey.IsWellFormed(scalar.Value))
        {
            _problems.Error(
                node,
                $"api_key must begin with sk- and have {ApiKey.MinLength} to {ApiKey.MaxLength} characters without blanks; run \"remotellm keys issue {user.Name}\" to make one.");
            return null;
        }

        var digest = ApiKey.Hash(scalar.Value);
        return Known(node, digest) ? null : Record(user, facts with { Prefix = ApiKey.Prefix(scalar.Value) }, digest);
    }

    private bool Known(YamlNode at, KeyDigest digest)
    {
        if (_lineOfKey.TryAdd(digest, at.Line))
        {
            return false;
        }

        _problems.Error(at, $"The same key is listed already in line {_lineOfKey[digest]}; a key belongs to one user, remove one of the two.");
        return true;
    }

    private static KeyRecord Record(UserRecord user, KeyFacts facts, KeyDigest digest) => new(
        user.Name,
        facts.Name ?? facts.Prefix ?? KeyPlace.Unnamed,
        facts.Prefix ?? KeyPlace.UnknownPrefix,
        digest,
        user.Limits,
        user.Models,
        user.Blocked,
        user.Pending,
        facts.CreatedAt,
        facts.ExpiresAt) { Role = user.Role, Budget = user.Budget, Weight = user.Weight, Class = facts.Class };

    private static void Add(List<KeyRecord> keys, KeyRecord? key)
    {
        if (key is not null)
        {
            keys.Add(key);
        }
    }

    /// <summary>What a key's entry says beside the key.</summary>
    private sealed record KeyFacts(string? Name, string? Prefix, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt, RequestClass Class);
}
