using System.Globalization;

namespace RemoteLlm.Broker.Portal.Connect;

/// <summary>Editors, agents and web pages that have settings of their own. As the tools took them when they were run in November 2026; Open WebUI, and what is said of editors, as their documentation has it.</summary>
internal static class ToolGuides
{
    /// <summary>Its settings are fields (docs.cline.bot/provider-config/openai-compatible).</summary>
    public static ClientGuide Cline(GuideValues values) => new("cline", "Cline",
    [
        new("API Provider: choose “OpenAI Compatible”. Base URL", values.BaseUrl),
        new("API Key: your key, which begins with", GuideValues.KeyHere),
        new("Model ID", values.Model),
        .. values.ContextLength is { } context ? [new GuideStep("Model Configuration, Context Window Size", Figure(context))] : (GuideStep[])[],
        new("Or in a terminal: npm install -g cline, then", $"cline auth -p openai-compatible -b {values.BaseUrl} -k {GuideValues.KeyHere} -m {Quoted.Shell(values.Model)}"),
    ])
    {
        Note = "The settings are behind the gear of Cline's panel. Its Ollama provider is not needed, for models on an Ollama server neither.",
        NeedsTools = true,
    };

    /// <summary><c>config.yaml</c> (docs.continue.dev/reference).</summary>
    public static ClientGuide Continue(GuideValues values) => new("continue", "Continue",
    [
        new("~/.continue/.env", $"{GuideValues.Variable}={GuideValues.KeyHere}"),
        new("~/.continue/config.yaml", $$$"""
            name: RemoteLlm
            version: 1.0.0
            schema: v1
            models:
              - name: {{{Quoted.Text(values.Model)}}}
                provider: openai
                model: {{{Quoted.Text(values.Model)}}}
                apiBase: {{{Quoted.Text(values.BaseUrl)}}}
                apiKey: ${{ secrets.{{{GuideValues.Variable}}} }}
                roles: [chat, edit, apply]
            """
            + (values.CallsTools ? "\n    capabilities: [tool_use]" : "")
            + (values.ContextLength is { } context ? $"\n    defaultCompletionOptions:\n      contextLength: {Figure(context)}" : "")),
    ])
    {
        Note = "On Windows the folder is %USERPROFILE%\\.continue. If there is a config.yaml already, add the entry to its models.",
    };

    /// <summary>Its container's environment (docs.openwebui.com).</summary>
    public static ClientGuide OpenWebUi(GuideValues values) => new("open-webui", "Open WebUI",
    [
        GuideValues.SetKey,
        new("Start it", $$"""
            docker run -d --name open-webui -p 3000:8080 \
              -v open-webui:/app/backend/data \
              -e OPENAI_API_BASE_URL={{values.BaseUrl}} \
              -e OPENAI_API_KEY="${{GuideValues.Variable}}" \
              ghcr.io/open-webui/open-webui:main
            """),
    ])
    {
        Note = "Open WebUI keeps its connections after the first start. In one that runs already: Admin Panel, Settings, Connections, add an OpenAI connection with the base URL and your key. All models appear by themselves. Everybody who uses that page uses your key.",
    };

    /// <summary><c>opencode.json</c> (opencode.ai/docs/providers, custom provider).</summary>
    public static ClientGuide OpenCode(GuideValues values) => new("opencode", "opencode",
    [
        GuideValues.SetKey,
        new("~/.config/opencode/opencode.json, or opencode.json in the project", $$"""
            {
              "$schema": "https://opencode.ai/config.json",
              "provider": {
                "remotellm": {
                  "npm": "@ai-sdk/openai-compatible",
                  "name": "RemoteLlm",
                  "options": {
                    "baseURL": {{Quoted.Text(values.BaseUrl)}},
                    "apiKey": "{env:{{GuideValues.Variable}}}"
                  },
                  "models": {
                    {{Quoted.Text(values.Model)}}: {
                      "name": {{Quoted.Text(values.Model)}}{{Limit(values)}}
                    }
                  }
                }
              },
              "model": {{Quoted.Text("remotellm/" + values.Model)}}
            }
            """),
    ])
    {
        NeedsTools = true,
    };

    /// <summary><c>config.toml</c> (developers.openai.com/codex/config-reference). It speaks the Responses API only.</summary>
    public static ClientGuide Codex(GuideValues values) => new("codex", "Codex",
    [
        GuideValues.SetKey,
        new("~/.codex/config.toml", $$"""
            model = {{Quoted.Text(values.Model)}}
            model_provider = "remotellm"{{Line("model_context_window = ", values.ContextLength)}}

            [model_providers.remotellm]
            name = "RemoteLlm"
            base_url = {{Quoted.Text(values.BaseUrl)}}
            env_key = "{{GuideValues.Variable}}"
            wire_api = "responses"
            """),
    ])
    {
        Note = "The lines above the first table belong at the top of the file, above every table.",
        NeedsTools = true,
    };

    /// <summary>Its environment (code.claude.com/docs, LLM gateways). It names models by three classes, for subagents and small things too: here all of them are the same one.</summary>
    public static ClientGuide ClaudeCode(GuideValues values) => new("claude-code", "Claude Code",
    [
        new("In the shell in which you start claude", $$"""
            export ANTHROPIC_BASE_URL={{values.Site}}
            export ANTHROPIC_AUTH_TOKEN={{GuideValues.KeyHere}}
            export ANTHROPIC_MODEL={{Quoted.Shell(values.Model)}}
            export ANTHROPIC_DEFAULT_OPUS_MODEL={{Quoted.Shell(values.Model)}}
            export ANTHROPIC_DEFAULT_SONNET_MODEL={{Quoted.Shell(values.Model)}}
            export ANTHROPIC_DEFAULT_HAIKU_MODEL={{Quoted.Shell(values.Model)}}{{Line("export CLAUDE_CODE_MAX_CONTEXT_TOKENS=", values.ContextLength)}}
            unset ANTHROPIC_API_KEY
            """),
        new("Or for good, in ~/.claude/settings.json", $$"""
            {
              "env": {
                "ANTHROPIC_BASE_URL": {{Quoted.Text(values.Site)}},
                "ANTHROPIC_AUTH_TOKEN": "{{GuideValues.KeyHere}}",
                "ANTHROPIC_MODEL": {{Quoted.Text(values.Model)}},
                "ANTHROPIC_DEFAULT_OPUS_MODEL": {{Quoted.Text(values.Model)}},
                "ANTHROPIC_DEFAULT_SONNET_MODEL": {{Quoted.Text(values.Model)}},
                "ANTHROPIC_DEFAULT_HAIKU_MODEL": {{Quoted.Text(values.Model)}}{{(values.ContextLength is { } context ? $",\n    \"CLAUDE_CODE_MAX_CONTEXT_TOKENS\": \"{Figure(context)}\"" : "")}}
              }
            }
            """),
    ])
    {
        Note = "The address has no path. Its prompts are long: take a model with a context of 32,000 tokens or more. In a project's own .claude folder the file is shared with everybody who has the repository: no key there.",
        NeedsTools = true,
    };

    private static string Limit(GuideValues values) =>
        values is { ContextLength: { } context, AnswerLength: { } answer } ? $",\n          \"limit\": {{ \"context\": {Figure(context)}, \"output\": {Figure(answer)} }}" : "";

    private static string Line(string text, int? value) => value is { } known ? $"\n{text}{Figure(known)}" : "";

    private static string Figure(int tokens) => tokens.ToString(CultureInfo.InvariantCulture);
}
