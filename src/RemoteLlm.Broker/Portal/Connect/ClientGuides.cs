namespace RemoteLlm.Broker.Portal.Connect;

/// <summary>The clients that the page knows, in its order.</summary>
internal static class ClientGuides
{
    public static IReadOnlyList<ClientGuide> All(GuideValues values) =>
    [
        CodeGuides.Curl(values),
        CodeGuides.Python(values),
        CodeGuides.Node(values),
        CodeGuides.CSharp(values),
        ToolGuides.Cline(values),
        ToolGuides.Continue(values),
        ToolGuides.OpenWebUi(values),
        ToolGuides.OpenCode(values),
        ToolGuides.Codex(values),
        ToolGuides.ClaudeCode(values),
        CodeGuides.Ollama(values),
    ];
}
