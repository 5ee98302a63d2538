using System.Diagnostics;
using System.Text.Json;
using RemoteLlm.Broker.Portal.Connect;
using RemoteLlm.Testing;
using YamlDotNet.RepresentationModel;

namespace RemoteLlm.Broker.Tests.Portal.Connect;

/// <summary>Names of models come from other people's machines, and snippets are pasted into shells and files.</summary>
public sealed class GuideTests
{
    private const string Site = "https://llm.example.org";

    public static TheoryData<string> Names => ["llama3.2:3b", "it's", "'; touch /tmp/owned; '", "$(touch x)", "`id`", "\"; process.exit() //", "a\\", "${{ secrets.X }}", "x\", stream=True)\nprint(1", "né 漢字"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Files_of_clients_name_the_model_and_nothing_else(string model)
    {
        var values = new GuideValues(Site, model);

        using var opencode = JsonDocument.Parse(ToolGuides.OpenCode(values).Steps[1].Text);
        Assert.Equal("remotellm/" + model, opencode.RootElement.GetProperty("model").GetString());
        Assert.Equal(model, Assert.Single(opencode.RootElement.GetProperty("provider").GetProperty("remotellm").GetProperty("models").EnumerateObject()).Name);
        using var claude = JsonDocument.Parse(ToolGuides.ClaudeCode(values).Steps[1].Text);
        Assert.Equal(model, claude.RootElement.GetProperty("env").GetProperty("ANTHROPIC_MODEL").GetString());
        var yaml = new YamlStream();
        yaml.Load(new StringReader(ToolGuides.Continue(values).Steps[1].Text));
        var entry = Assert.IsType<YamlMappingNode>(Assert.Single(Assert.IsType<YamlSequenceNode>(yaml.Documents[0].RootNode["models"])));
        Assert.Equal(model, ((YamlScalarNode)entry["model"]).Value);
        Assert.Equal(6, entry.Children.Count);
    }

    [Fact]
    public void Agents_are_told_how_long_the_context_is_where_it_is_known()
    {
        var values = new GuideValues(Site, "llama") { ContextLength = 65_536, CallsTools = true };

        using var opencode = JsonDocument.Parse(ToolGuides.OpenCode(values).Steps[1].Text);
        var limit = opencode.RootElement.GetProperty("provider").GetProperty("remotellm").GetProperty("models").GetProperty("llama").GetProperty("limit");
        Assert.Equal((65_536, 16_384), (limit.GetProperty("context").GetInt32(), limit.GetProperty("output").GetInt32()));
        using var claude = JsonDocument.Parse(ToolGuides.ClaudeCode(values).Steps[1].Text);
        Assert.Equal("65536", claude.RootElement.GetProperty("env").GetProperty("CLAUDE_CODE_MAX_CONTEXT_TOKENS").GetString());
        Assert.Contains("\nexport CLAUDE_CODE_MAX_CONTEXT_TOKENS=65536\nunset ANTHROPIC_API_KEY", ToolGuides.ClaudeCode(values).Steps[0].Text, StringComparison.Ordinal);
        // TOML: what stands behind a table's head belongs to the table.
        Assert.Contains("\nmodel_context_window = 65536\n\n[model_providers.remotellm]", ToolGuides.Codex(values).Steps[1].Text, StringComparison.Ordinal);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(ToolGuides.Continue(values).Steps[1].Text));
        var entry = yaml.Documents[0].RootNode["models"][0];
        Assert.Equal(("65536", "tool_use"), (entry["defaultCompletionOptions"]["contextLength"].ToString(), entry["capabilities"][0].ToString()));
        Assert.Contains("65536", ToolGuides.Cline(values).Steps.Select(step => step.Text));
    }

    [Theory]
    [InlineData(4_096, 1_024)]
    [InlineData(1_000_000, 32_000)]
    public void An_answer_takes_no_more_of_the_context_than_a_quarter(int context, int answer) => Assert.Equal(answer, new GuideValues(Site, "llama") { ContextLength = context }.AnswerLength);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_shell_takes_the_model_for_a_text(string model)
    {
        Need.That(File.Exists("/bin/sh"), "there is no /bin/sh on this system");
        var values = new GuideValues(Site, model);

        // Instead of curl, a function that prints what it was given last.
        var body = await Shell("curl() { while [ $# -gt 1 ]; do shift; done; printf %s \"$1\"; }\n" + CodeGuides.Curl(values).Steps[1].Text);
        using var request = JsonDocument.Parse(body);
        Assert.Equal(model, request.RootElement.GetProperty("model").GetString());
        Assert.Equal(model, await Shell(ToolGuides.ClaudeCode(values).Steps[0].Text + "\nprintf %s \"$ANTHROPIC_MODEL\""));
        Assert.Equal(model, await Shell("cline() { while [ $# -gt 1 ]; do shift; done; printf %s \"$1\"; }\n" + ToolGuides.Cline(values).Steps[^1].Text));
    }

    [Fact]
    public void No_guide_names_another_address_and_each_has_a_code_of_its_own()
    {
        var guides = ClientGuides.All(new GuideValues(Site, "llama"));

        Assert.Equal(guides.Count, guides.Select(guide => guide.Code).Distinct(StringComparer.Ordinal).Count());
        foreach (var guide in guides)
        {
            var text = string.Concat(guide.Steps.Select(step => step.Text));
            Assert.Contains(Site, text, StringComparison.Ordinal);
            Assert.True(text.Contains("llama", StringComparison.Ordinal) || guide.Code == "open-webui");
            Assert.DoesNotContain(Site + "/v1", guide.Code is "claude-code" or "ollama" ? text : "", StringComparison.Ordinal);
        }
    }

    private static async Task<string> Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).OrHang();
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken).OrHang();
        return output;
    }
}
