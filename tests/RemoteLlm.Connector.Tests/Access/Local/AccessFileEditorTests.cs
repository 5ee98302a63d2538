using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Access.Local;

public sealed class AccessFileEditorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly AccessFileEditor _editor;

    public AccessFileEditorTests() => _editor = new AccessFileEditor(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pause_makes_the_file_with_its_explanations()
    {
        var outcome = await _editor.Pause(TestContext.Current.CancellationToken);

        Assert.Equal(EditStatus.Written, outcome.Status);
        Assert.Equal(AccessTemplate.Text + "paused: true\n", Text);
        Assert.Equal(EditStatus.Unchanged, (await _editor.Pause(TestContext.Current.CancellationToken)).Status);
        Assert.Equal("Sharing is resumed.", (await _editor.Resume(TestContext.Current.CancellationToken)).Message);
        Assert.Equal(AccessTemplate.Text + "paused: false\n", Text);
    }

    [Theory]
    [InlineData("", "paused: true\n")]
    [InlineData("paused: false # my word\nmine: 1\n", "paused: true # my word\nmine: 1\n")]
    [InlineData("users: [\"a\"] # who\r\n\r\npaused:\r\n# end\r\n", "users: [\"a\"] # who\r\n\r\npaused: true\r\n# end\r\n")]
    [InlineData("limits:\n    burst: 3\n# end", "limits:\n    burst: 3\npaused: true\n# end")]
    [InlineData("{users: [a], mine: 'x'}\n", "{users: [a], mine: 'x', paused: true}\n")]
    [InlineData("'paused': no_more\n", null)]
    public async Task Pause_changes_its_own_word_and_nothing_else(string before, string? after)
    {
        _folder.Write("access.yaml", before);

        var outcome = await _editor.Pause(TestContext.Current.CancellationToken);

        Assert.Equal(after is null ? EditStatus.BrokenFile : EditStatus.Written, outcome.Status);
        Assert.Equal(after ?? before, Text);
    }

    [Fact]
    public async Task A_broken_file_is_refused_with_its_place_and_left_as_it_is()
    {
        _folder.Write("access.yaml", "paused: true\nusers: alice\n");

        var outcome = await _editor.Resume(TestContext.Current.CancellationToken);

        Assert.Equal(EditStatus.BrokenFile, outcome.Status);
        Assert.StartsWith("access.yaml:2:8: users must be a list", outcome.Message, StringComparison.Ordinal);
        Assert.Equal("paused: true\nusers: alice\n", Text);
    }

    [Fact]
    public async Task Resume_says_that_hours_hold_on()
    {
        _folder.Write("access.yaml", "hours: [\"08:00-20:00\"]\npaused: true\n");

        Assert.Equal("Sharing is resumed. It is open at the hours of the file.", (await _editor.Resume(TestContext.Current.CancellationToken)).Message);
        Assert.Equal("Sharing is not paused.", (await _editor.Resume(TestContext.Current.CancellationToken)).Message);
    }

    private string Text => File.ReadAllText(Path.Combine(_folder.Path, "access.yaml"));
}
