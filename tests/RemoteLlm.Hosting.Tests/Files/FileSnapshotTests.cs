using RemoteLlm.Hosting.Files;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Files;

public sealed class FileSnapshotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_NoFolder_IsMissing() =>
        Assert.Equal(FileCondition.Missing, FileSnapshot.Read(Path.Combine(_folder["nowhere"], "users.yaml")).Condition);

    [Fact]
    public void Read_AFolder_IsUnreadableWithAReason()
    {
        var snapshot = FileSnapshot.Read(_folder.Path);
        Assert.Equal(FileCondition.Unreadable, snapshot.Condition);
        Assert.NotEmpty(snapshot.Problem!);
    }

    [Fact]
    public void Read_OversizedFile_IsUnreadableRatherThanLoaded()
    {
        using (var file = File.Create(_folder["huge"])) file.SetLength(FileSnapshot.MaximumLength + 1L);
        var snapshot = FileSnapshot.Read(_folder["huge"]);
        Assert.Equal(FileCondition.Unreadable, snapshot.Condition);
        Assert.Equal("larger than 16 MiB", snapshot.Problem);
    }

    [Fact]
    public void Text_LeavesOutAByteOrderMark()
    {
        File.WriteAllBytes(_folder["bom"], [0xEF, 0xBB, 0xBF, (byte)'a']);
        Assert.Equal("a", FileSnapshot.Read(_folder["bom"]).Text);
    }

    [Fact]
    public void Read_EmptyFile_IsPresentAndDiffersFromAMissingOne()
    {
        var missing = FileSnapshot.Read(_folder["users.yaml"]);
        var empty = FileSnapshot.Read(_folder.Write("users.yaml", ""), missing);
        Assert.Equal(FileCondition.Present, empty.Condition);
        Assert.Same(empty, FileSnapshot.Read(_folder["users.yaml"], empty));
    }

    public void Dispose() => _folder.Dispose();
}
