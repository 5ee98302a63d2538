namespace RemoteLlm.Connector.Servers.Registry.Editing;

/// <summary>What a new <c>servers.json</c> says.</summary>
internal static class ServersTemplate
{
    public const string Text = """
        // RemoteLlm servers: the LLM servers that this connector uses. Every member is described in SERVERS.md.
        //
        // Edit freely, also while the connector runs: a change is in force within 2 seconds and touches no running request. Comments and commas at the end
        // are allowed; "remotellm servers add" and "remove" keep them. A mistake is reported with its line, and the last good state stays until it is corrected.
        // No key stands in here: "api_key_env" names an environment variable, "api_key_file" a file.
        {
          "servers": [
          ]
        }

        """;
}
