namespace RemoteLlm.Connector.Access.Local;

/// <summary>What a new <c>access.yaml</c> says.</summary>
internal static class AccessTemplate
{
    public const string Text = """
        # RemoteLlm, this connector: with whom its owner shares, when, and how much.
        #
        # This file can only take away from what the broker's users.yaml allows; the broker cannot give it back. As it is,
        # it takes nothing away. Edit freely, also while the connector runs: a change is in force within 2 seconds. A mistake
        # is reported with its line and column, and the last good state stays in force until it is corrected; with a mistake
        # in it the connector does not start. It holds for requests that come through the broker, and for the broker's users
        # at the LAN port; the LAN port's own keys are yours and are never narrowed.

        # Pause sharing now: new requests are refused, running ones are finished. Also: remotellm pause, remotellm resume.
        #paused: true

        # When sharing is open. A span may cross midnight and then belongs to the day on which it begins.
        # Outside of all spans new requests are refused, and running ones are finished. Without this list: always open.
        #hours:
        #  - "mon-fri 18:00-08:00"
        #  - "sat,sun 00:00-24:00"
        #time_zone: Europe/Berlin      # without this line: the time zone of this machine

        # Who is served: names of users as the broker has them; * and ? stand for other characters. Without this list: all.
        #users: ["alice", "team-*"]

        # Who is not, even if listed above.
        #not_users: ["mallory"]

        # Which models are shared. The others are not told to the broker. Without this list: all.
        #models: ["llama3*", "qwen*"]

        # The most that one user may use here. The lower of this and of what users.yaml says holds; 0 or no line says nothing.
        #limits:
        #  requests_per_minute: 30
        #  burst: 5                    # so many requests may come at once after a rest
        #  tokens_per_minute: 20000    # of prompts and answers together
        #  concurrent_requests: 2

        """;
}
