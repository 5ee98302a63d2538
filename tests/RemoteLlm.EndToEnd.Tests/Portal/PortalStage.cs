namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>Clusters with a portal.</summary>
internal static class PortalStage
{
    /// <summary>Alice, who has a key, and two operators, of whom the development login knows the names.</summary>
    public const string Users = TestUsers.Unlimited + """
          - gitlab_username: olga
            role: operator
          - gitlab_username: oscar
            role: operator

        """;

    /// <summary>Options with the development login and <see cref="Users"/>.</summary>
    public static ClusterOptions Options => new() { Users = Users, Broker = static broker => broker.Portal.DevLogin = true };

    /// <summary>Where nobody listens.</summary>
    public static Uri NoLlm { get; } = new("http://127.0.0.1:9");

    /// <summary>A broker with the development login and no connector.</summary>
    public static Task<Cluster> Alone() => Cluster.Start(NoLlm, new ClusterOptions { WithoutConnector = true, Broker = static broker => broker.Portal.DevLogin = true });

    /// <summary>The lines of the audit log.</summary>
    public static string[] Audit(Cluster cluster) => File.Exists(Path.Combine(cluster.Data, "audit.jsonl")) ? File.ReadAllLines(Path.Combine(cluster.Data, "audit.jsonl")) : [];
}
