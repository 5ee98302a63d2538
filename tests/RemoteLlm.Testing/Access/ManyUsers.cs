using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RemoteLlm.Testing.Access;

/// <summary>A <c>users.yaml</c> of a large organisation: some users have limits, budgets or models of their own, every third a second key.</summary>
public static class ManyUsers
{
    /// <summary>The file.</summary>
    /// <param name="count">How many users.</param>
    /// <param name="changed">A user who has a weight of his own; null for nobody.</param>
    public static string Text(int count, int? changed = null)
    {
        var text = new StringBuilder("# Everybody.\ndefaults:\n  requests_per_minute: 120\n  concurrent_requests: 4\nusers:\n");
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - gitlab_username: {Name(i)}   # team {i % 40}\n    gitlab_id: {100_000 + i}\n    created_at: 2025-11-30T10:00:00Z\n");
            if (i % 4 == 0)
                text.Append(CultureInfo.InvariantCulture, $"    models: [\"llama3*\", \"qwen{i % 5}*\"]\n");
            if (i == changed)
                text.Append("    limits: { weight: 3 }\n");
            else if (i % 3 == 0)
                text.Append(CultureInfo.InvariantCulture, $"    limits: {{ requests_per_minute: {60 + (i % 7)}, tokens_per_day: {(i % 10) * 100_000}, cost_per_month: {i % 4} }}\n");
            text.Append("    keys:\n");
            AppendKey(text, "laptop", Key(i, 0));
            if (i % 3 == 0)
                AppendKey(text, "nightly", Key(i, 1)).Append("        expires_at: 2036-11-30T10:00:00Z\n        class: batch\n");
        }

        return text.ToString();
    }

    /// <summary>The name of a user.</summary>
    public static string Name(int user) => string.Create(CultureInfo.InvariantCulture, $"user-{user:00000}");

    /// <summary>A key of a user: 0 or, for every third, 1.</summary>
    public static string Key(int user, int key) => string.Create(CultureInfo.InvariantCulture, $"sk-{user:x8}{key:x8}{0:x16}");

    private static StringBuilder AppendKey(StringBuilder text, string name, string key) => text
        .Append(CultureInfo.InvariantCulture, $"      - name: {name}\n        prefix: {key[..7]}\n        hash: sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}\n        created_at: 2025-11-30T10:00:00Z\n");
}
