using System.Text;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_NewFile_HoldsTheTextAndBelongsToTheOwnerAlone()
    {
        AtomicFile.Write(_folder["users.yaml"], "héllo\n");

        Assert.Equal("héllo\n"u8.ToArray(), AtomicFile.ReadBytes(_folder["users.yaml"]));
        Assert.Equal("héllo\n", AtomicFile.ReadText(_folder["users.yaml"]));
        if (!OperatingSystem.IsWindows()) Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(_folder["users.yaml"]));
    }

    [Fact]
    public void Write_ExistingFile_NarrowsItsModeAndLeavesNothingElseBehind()
    {
        Need.That(!OperatingSystem.IsWindows(), "file modes are a Unix thing");
        var path = _folder.Write("token", "old");
        File.SetUnixFileMode(path, AtomicFile.OwnerOnly | UnixFileMode.OtherRead);

        AtomicFile.Write(path, "new");

        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_ByRoot_LeavesTheFileToItsOwner()
    {
        Need.That(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can give files away, and this is done on Linux");
        var path = _folder.Write("users.yaml", "old");
        Run("chown", "12345:23456", path);

        AtomicFile.Write(path, "new");

        Assert.Equal("12345:23456", Run("stat", "-c", "%u:%g", path).Trim());
        Assert.Equal("new", AtomicFile.ReadText(path));
    }

    [Fact]
    public void Write_ModeAskedFor_IsNotNarrowedByTheUmask()
    {
        Need.That(!OperatingSystem.IsWindows(), "file modes are a Unix thing");
        const UnixFileMode forAll = AtomicFile.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        AtomicFile.Write(_folder["shared"], "x", forAll);
        Assert.Equal(forAll, File.GetUnixFileMode(_folder["shared"]));
    }

    [Fact]
    public void Write_ThatFails_LeavesTheOldStateAndNoTemporaryFile()
    {
        // A folder in the place of the file: everything works up to the rename.
        Directory.CreateDirectory(_folder["target"]);
        File.WriteAllText(Path.Combine(_folder["target"], "inside"), "kept");

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(_folder["target"], "new"));

        Assert.Equal([_folder["target"]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("kept", File.ReadAllText(Path.Combine(_folder["target"], "inside")));
    }

    [Fact]
    public void Write_ThroughASymbolicLink_ReplacesTheTargetAndKeepsTheLink()
    {
        Need.That(!OperatingSystem.IsWindows(), "links need a privilege on Windows");
        var target = _folder.Write("real.yaml", "old");
        File.CreateSymbolicLink(_folder["link.yaml"], target);

        AtomicFile.Write(_folder["link.yaml"], "new");

        Assert.Equal("new", File.ReadAllText(target));
        Assert.NotNull(new FileInfo(_folder["link.yaml"]).LinkTarget);
    }

    [Fact]
    public async Task ReadersDuringWrites_SeeOneOfTheWrittenContents_NeverAMixture()
    {
        var path = _folder["busy"];
        AtomicFile.Write(path, Content(0));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var reader = Task.Run(() =>
        {
            var looks = 0;
            for (; !done.IsCancellationRequested || looks == 0; looks++)
            {
                var seen = AtomicFile.ReadBytes(path);
                Assert.Equal(20_000, seen.Length);
                Assert.Single(seen.Distinct());
            }
        }, TestContext.Current.CancellationToken);

        for (var i = 1; i <= 50; i++) AtomicFile.Write(path, Content(i));
        await done.CancelAsync();
        await reader.OrHang();

        static byte[] Content(int i) => Encoding.ASCII.GetBytes(new string((char)('A' + (i % 26)), 20_000));
    }

    public void Dispose() => _folder.Dispose();

    private static string Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
