using System.Text;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Files.Edited;

public sealed class GuardedEditTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => _folder["list"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_file_is_made_of_the_template_for_its_owner_alone()
    {
        var path = _folder["new/data/list"];

        var outcome = await GuardedEdit.Apply(path, "# header\n", text => TextEdit.To(text + "a\n", "Added."), TimeProvider.System, Token);

        Assert.Equal((EditStatus.Written, "Added."), (outcome.Status, outcome.Message));
        Assert.Equal("# header\na\n", await System.IO.File.ReadAllTextAsync(path, Token));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(_folder["new/data"]));
        }
    }

    [Fact]
    public async Task What_would_be_too_large_to_be_read_again_is_not_written()
    {
        _folder.Write("list", "a\n");

        var outcome = await GuardedEdit.Apply(File, "", text => TextEdit.To(text + new string('b', 16 * 1024 * 1024), "Added."), TimeProvider.System, Token);

        Assert.Equal(EditStatus.Inaccessible, outcome.Status);
        Assert.Contains("16 MiB", outcome.Message, StringComparison.Ordinal);
        Assert.Equal("a\n", await System.IO.File.ReadAllTextAsync(File, Token));
    }

    [Fact]
    public async Task Who_saves_in_the_middle_of_our_edit_loses_nothing()
    {
        _folder.Write("list", "a\n");
        var looks = 0;

        var outcome = await GuardedEdit.Apply(
            File,
            "",
            text =>
            {
                if (looks++ == 0)
                    _folder.Write("list", "a\nsaved meanwhile\n");
                return TextEdit.To(text + "ours\n", "");
            },
            TimeProvider.System,
            Token);

        Assert.Equal(EditStatus.Written, outcome.Status);
        Assert.Equal("a\nsaved meanwhile\nours\n", await System.IO.File.ReadAllTextAsync(File, Token));
        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task A_file_that_never_stands_still_is_given_up_not_overwritten()
    {
        var saves = 0;
        var outcome = await GuardedEdit.Apply(
            File,
            "",
            _ =>
            {
                _folder.Write("list", $"# {saves++}\n");
                return TextEdit.To("ours", "");
            },
            TimeProvider.System,
            Token);

        Assert.Equal(EditStatus.Busy, outcome.Status);
        Assert.Equal($"# {saves - 1}\n", await System.IO.File.ReadAllTextAsync(File, Token));
    }

    [Fact]
    public async Task A_lock_that_another_holds_is_waited_for_and_then_given_up()
    {
        var time = new ManualTime();
        using var held = await EditLock.Acquire(File, time, Token);
        var edit = GuardedEdit.Apply(File, "", _ => TextEdit.To("ours", ""), time, Token);
        while (!edit.IsCompleted)
        {
            await Task.WhenAny(edit, time.UntilArmed());
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(EditStatus.Busy, (await edit.OrHang()).Status);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_file_in_another_encoding_is_not_written_over()
    {
        var latin = Encoding.Latin1.GetBytes("für alle\n");
        await System.IO.File.WriteAllBytesAsync(File, latin, Token);

        var outcome = await GuardedEdit.Apply(File, "", _ => TextEdit.To("ours", ""), TimeProvider.System, Token);

        Assert.Equal(EditStatus.BrokenFile, outcome.Status);
        Assert.Equal(latin, await System.IO.File.ReadAllBytesAsync(File, Token));
    }
}
