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
        # which shows it once and writes only its hash here. "remotellm users protect" does so with keys that you typed.

        # Limits of those who have none of their own; a user's "limits:" override them, field by field. They are the user's:
        # all keys of a user share them. 0 = no limit. The rates and the requests at once are counted by each connector for
        # itself, the budgets over all connectors together, by day and month in UTC. Without this block the environment says
        # how many requests (REMOTELLM_REQUESTS_PER_MINUTE, REMOTELLM_BURST), without that it is 60 and 10, and nothing
        # else is limited.
        #defaults:
        #  requests_per_minute: 60    # a rate: one a second, for as long as you like
        #  burst: 10                  # so many may come at once after a rest; 1 or more
        #  tokens_per_minute: 0       # of prompts and answers together; as many at once after a rest
        #  concurrent_requests: 4     # so many may run or wait at once; 4 suits people with an editor and a chat
        #  tokens_per_day: 0          # budgets: what is over them is refused until the day or month ends
        #  tokens_per_month: 0
        #  cost_per_day: 0            # US dollars, for servers that cost something
        #  cost_per_month: 0
        #  weight: 1                  # share while others wait, relative to theirs; more than 0, at most 1000

        users:
        #  - gitlab_username: alice   # whatever its case
        #    gitlab_id: 12345         # GitLab's number of her, which stays when her name there changes
        #    role: user               # user | operator: runs this broker in the portal; may install models where a connector's owner allows it
        #    status: active           # active | pending: known, but not admitted yet
        #    blocked: false           # true: her keys are refused at once
        #    created_at: 2025-11-30T10:00:00Z
        #    models: ["llama3*"]      # * and ? stand for other characters; without this line all models
        #    limits: { requests_per_minute: 120, weight: 2 }
        #    keys:
        #      - name: laptop
        #        prefix: sk-a1b2      # its first characters, to tell keys apart
        #        hash: sha256:...     # SHA-256 of the key
        #        created_at: 2025-11-30T10:00:00Z
        #        expires_at: 2026-11-30T10:00:00Z  # from then on it is refused; without this line never
        #        class: interactive   # interactive | batch: work that nobody waits for, which leaves the others nine shares of ten
        #  - gitlab_username: bob     # the short form, with a key that you make up yourself
        #    api_key: sk-any-text-of-32-characters-or-more

        """;
}
