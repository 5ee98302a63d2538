namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>Texts of <c>users.yaml</c> with keys that tests know.</summary>
internal static class TestUsers
{
    /// <summary>Alice's key.</summary>
    public const string AliceKey = "sk-a11ce000000000000000000000000001";

    /// <summary>A key of the right form that nobody has.</summary>
    public const string UnknownKey = "sk-0000000000000000000000000000dead";

    /// <summary>Alice, without limits.</summary>
    public const string Unlimited = $$"""
        users:
          - gitlab_username: alice
            api_key: {{AliceKey}}
            limits: { requests_per_minute: 0 }

        """;

    /// <summary>Alice, with limits on her requests.</summary>
    public static string Limited(double requestsPerMinute, int burst) => FormattableString.Invariant($$"""
        users:
          - gitlab_username: alice
            api_key: {{AliceKey}}
            limits: { requests_per_minute: {{requestsPerMinute}}, burst: {{burst}} }

        """);

    /// <summary>Another user with a key of her or his own; append it to one of the texts above.</summary>
    /// <param name="name">The user.</param>
    /// <param name="key">The key.</param>
    /// <param name="fields">Further fields, such as <c>blocked: true</c>.</param>
    public static string Also(string name, string key, params string[] fields) =>
        $"  - gitlab_username: {name}\n    api_key: {key}\n{string.Concat(fields.Select(field => $"    {field}\n"))}";
}
