namespace RemoteLlm.Broker.Access.Connectors;

/// <summary>What a new <c>connectors.yaml</c> says.</summary>
internal static class ConnectorsTemplate
{
    public const string Text = """
        # RemoteLlm connectors: the machines that may sign in and serve models.
        #
        # A connector is made by    remotellm connectors add NAME
        # which shows its token once and writes only its hash here. A change is in force within 2 seconds; what the commands write keeps
        # your comments, order and fields. A mistake is reported with its line and column, and the last good state stays in force until
        # it is corrected. Keep this file readable for its owner alone (chmod 600).

        connectors:
        #  - name: gpu-box            # lowercase letters, digits, dot, dash and underscore
        #    prefix: rlc-a1b2
        #    token_hash: sha256:...   # SHA-256 of the token
        #    created_at: 2025-11-30T10:00:00Z
        #    blocked: false           # true: refused from now on

        """;
}
