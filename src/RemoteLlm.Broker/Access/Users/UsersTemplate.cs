namespace RemoteLlm.Broker.Access.Users;

/// <summary>What a new <c>users.yaml</c> says.</summary>
internal static class UsersTemplate
{
    public const string Text = """
        # RemoteLlm users: who may use the models, and how much.
        #
        # Edit freely, also while the broker runs: a change is in force within 2 seconds. Commands that write this file
        # keep your comments, order and fields. A mistake is reported with its line and column, and the last good state
        # stays in force until it is corrected. Keep this file readable for its owner alone (chmod 600).
        #
        # A key is made by    remotellm keys issue NAME
        # which shows it once and writes only its hash here.
        #
        # In force: keys, requests_per_minute, burst, tokens_per_minute, concurrent_requests, models, blocked, role, status, expires_at.
        # Checked and kept, without effect so far: gitlab_id, and the budgets on tokens and cost, and weight.

        # Limits of those who have none of their own. Without this block the environment decides
        # (REMOTELLM_REQUESTS_PER_MINUTE, REMOTELLM_BURST), and without that 60 and 10. 0 requests a minute = no limit.
        #defaults:
        #  requests_per_minute: 60
        #  burst: 10                  # so many may come at once after a rest
        #  tokens_per_minute: 0       # of prompts and answers together, for each key at each connector; 0 = no limit
        #  concurrent_requests: 0     # so many may run at once for each key at each connector; 0 = no limit

        users:
        #  - gitlab_username: alice
        #    status: active           # active | pending: known, but not admitted yet
        #    blocked: false           # true: her keys are refused at once
        #    models: ["llama3*"]      # * and ? stand for other characters; without this line all models
        #    limits: { requests_per_minute: 120 }
        #    keys:
        #      - name: laptop
        #        prefix: sk-a1b2
        #        hash: sha256:...     # SHA-256 of the key
        #        created_at: 2025-11-30T10:00:00Z
        #        expires_at: 2026-11-30T10:00:00Z
        #  - gitlab_username: bob     # the short form, with a key that you make up yourself
        #    api_key: sk-any-text-of-32-characters-or-more

        """;
}
