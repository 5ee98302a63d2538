using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Access.Connectors;

public sealed class ConnectorsFileTests : IDisposable
{
    private static readonly string s_hash = ConnectorToken.Hash("t").Format();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_TakesEveryField()
    {
        var reading = ConnectorsFile.Parse($"connectors:\n  - name: gpu-box\n    prefix: rlc-a1b2\n    token_hash: {s_hash}\n    created_at: 2025-11-30T10:00:00Z\n    blocked: true\n");

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.True(reading.Content!.TryFind(ConnectorToken.Hash("t"), out var box));
        Assert.Equal(new ConnectorRecord("gpu-box", "rlc-a1b2", ConnectorToken.Hash("t"), true, new DateTimeOffset(2025, 11, 30, 10, 0, 0, TimeSpan.Zero)), box);
    }

    [Fact]
    public void Parse_Revoked_IsBlocked() =>
        Assert.True(ConnectorsFile.Parse($"connectors: [{{name: a, token_hash: '{s_hash}', revoked: true}}]").Content!.FindName("a")!.Blocked);

    [Fact]
    public void Parse_TheTemplate_IsGoodWithAndWithoutItsExample()
    {
        Assert.Empty(ConnectorsFile.Parse(ConnectorsTemplate.Text).Content!.Connectors);
        var example = ConnectorsTemplate.Text.Replace("#  ", "  ", StringComparison.Ordinal).Replace("sha256:...", s_hash, StringComparison.Ordinal);
        var reading = ConnectorsFile.Parse(example);
        Assert.Empty(reading.Warnings);
        Assert.Equal("gpu-box", Assert.Single(reading.Content!.Connectors).Name);
    }

    [Theory]
    [InlineData("connectors:\n  - gpu\n", 2, 5, "connectors add")]
    [InlineData("connectors:\n  - token_hash: HASH\n", 2, 5, "lowercase")]
    [InlineData("connectors:\n  - name: GPU\n    token_hash: HASH\n", 2, 11, "lowercase")]
    [InlineData("connectors:\n  - name: gpu\n", 2, 5, "no token_hash")]
    [InlineData("connectors:\n  - name: gpu\n    token_hash: rlc-SECRET\n", 3, 17, "never the token itself")]
    [InlineData("connectors:\n  - name: a\n    token_hash: HASH\n  - name: a\n    token_hash: HASH\n", 4, 11, "already in line 2")]
    [InlineData("connectors:\n  - name: a\n    token_hash: HASH\n  - name: b\n    token_hash: HASH\n", 5, 17, "already in line 3")]
    public void Parse_Mistake_IsNamedWithLineAndColumn(string text, int line, int column, string words)
    {
        var reading = ConnectorsFile.Parse(text.Replace("HASH", s_hash, StringComparison.Ordinal));

        Assert.Null(reading.Content);
        Assert.Equal((line, column), (reading.Errors[0].Line, reading.Errors[0].Column));
        Assert.Contains(words, reading.Errors[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", reading.Errors[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("0-a_b.c", true)]
    [InlineData("-a", false)]
    [InlineData("A", false)]
    [InlineData("a\n", false)]
    [InlineData("a/b", false)]
    public void ConnectorName_IsPlain(string name, bool expected)
    {
        Assert.Equal(expected, ConnectorName.IsWellFormed(name));
        Assert.True(ConnectorName.IsWellFormed(new string('a', 63)));
        Assert.False(ConnectorName.IsWellFormed(new string('a', 64)));
    }

    [Fact]
    public async Task Editor_AddsAndRemoves_AndKeepsTheComments()
    {
        var editor = new ConnectorsFileEditor(_folder.Path, new ManualTime());
        var token = ConnectorToken.Generate();

        Assert.Equal(EditStatus.Written, (await editor.Add("gpu-box", token, Token)).Status);
        Assert.Equal(EditStatus.Written, (await editor.Add("true", ConnectorToken.Generate(), Token)).Status);
        Assert.Equal(EditStatus.Conflict, (await editor.Add("gpu-box", ConnectorToken.Generate(), Token)).Status);
        Assert.Equal(EditStatus.Invalid, (await editor.Add("GPU", token, Token)).Status);

        var text = await File.ReadAllTextAsync(editor.Path, Token);
        Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        var directory = ConnectorsFile.Parse(text).Content!;
        Assert.Equal(["gpu-box", "true"], directory.Connectors.Select(connector => connector.Name));
        Assert.True(directory.TryFind(ConnectorToken.Hash(token), out _));

        Assert.Equal(EditStatus.Written, (await editor.Remove("gpu-box", Token)).Status);
        Assert.Equal(EditStatus.Written, (await editor.Remove("true", Token)).Status);
        Assert.Equal(EditStatus.NotFound, (await editor.Remove("gpu-box", Token)).Status);
        Assert.Equal(ConnectorsTemplate.Text, await File.ReadAllTextAsync(editor.Path, Token));
    }
}
