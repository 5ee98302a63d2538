namespace RemoteLlm.EndToEnd.Tests.Servers;

/// <summary>Texts of <c>servers.json</c>.</summary>
internal static class ServersText
{
    /// <summary>A registry of these entries, one a line.</summary>
    public static string Of(params IEnumerable<string> entries) => $"{{\"servers\":[\n{string.Join(",\n", entries)}\n]}}";

    /// <summary>The same with fallbacks: <c>"big":["small"]</c>.</summary>
    public static string WithFallbacks(string fallbacks, params IEnumerable<string> entries) => $"{{\"fallbacks\":{{{fallbacks}}},\"servers\":[\n{string.Join(",\n", entries)}\n]}}";

    /// <summary>The entry of a server.</summary>
    /// <param name="llm">The server.</param>
    /// <param name="name">Its name.</param>
    /// <param name="more">Further members, such as <c>"priority":1</c>; empty for none.</param>
    /// <param name="kind">What it is; of the standard one nothing is asked but its list of models.</param>
    public static string Entry(this ScriptedLlmServer llm, string name, string more = "", string kind = "generic") =>
        $"{{\"name\":\"{name}\",\"url\":\"{llm.Url}\",\"kind\":\"{kind}\"{(more.Length == 0 ? "" : ",")}{more}}}";
}
