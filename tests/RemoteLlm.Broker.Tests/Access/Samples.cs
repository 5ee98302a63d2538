namespace RemoteLlm.Broker.Tests.Access;

internal static class Samples
{
    /// <summary>Every field that a users.yaml may have.</summary>
    public const string Documented = """
        # RemoteLLM users. Edit freely: comments and order are kept. Live within 2 seconds.
        defaults:                      # for users who say nothing else
          requests_per_minute: 61
          burst: 11
          tokens_per_minute: 0         # 0 = no limit, everywhere
          tokens_per_day: 0
          tokens_per_month: 0
          cost_per_day: 0
          cost_per_month: 0
          concurrent_requests: 4
          weight: 1                    # share in the fair queue
        users:
          - gitlab_username: alice
            gitlab_id: 12345           # immutable; the username may change
            role: operator             # user | operator
            status: active             # active | pending
            blocked: false
            created_at: 2025-11-30T10:00:00Z
            models: ["llama3*", "qwen*"]         # globs; absent = all
            limits: { requests_per_minute: 120 } # overrides defaults, field by field
            keys:
              - name: laptop
                prefix: sk-a1b2
                hash: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                created_at: 2025-11-30T10:00:00Z
                expires_at: 2026-11-30T10:00:00Z # optional
          - gitlab_username: bob       # the short form: a key typed by an operator
            api_key: sk-any-text-of-32-characters-or-more

        """;
}
