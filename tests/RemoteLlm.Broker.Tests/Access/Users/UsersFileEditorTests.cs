using System.Text;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Access.Users;

public sealed class UsersFileEditorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => _folder["users.yaml"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddKey_WithoutAnything_MakesFolderAndFileForTheOwnerAlone()
    {
        var editor = new UsersFileEditor(_folder["new/data"], new ManualTime());
        var key = ApiKey.Generate();

        var outcome = await editor.AddKey("alice", "laptop", key, Token);

        Assert.Equal(EditStatus.Written, outcome.Status);
        var text = await System.IO.File.ReadAllTextAsync(editor.Path, Token);
        Assert.StartsWith("# RemoteLlm users", text, StringComparison.Ordinal);
        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        Assert.True(UsersFile.Parse(text).Content!.TryFind(ApiKey.Hash(key), out var record));
        Assert.Equal(("alice", "laptop", ApiKey.Prefix(key), new ManualTime().GetUtcNow()), (record.User, record.Name, record.Prefix, record.CreatedAt));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(editor.Path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(_folder["new/data"]));
        }
    }

    [Fact]
    public async Task Editors_at_once_lose_nothing()
    {
        var keys = Enumerable.Range(0, 40).Select(_ => ApiKey.Generate()).ToList();

        var outcomes = await Task.WhenAll(keys.Select((key, i) => Task.Run(
            () => new UsersFileEditor(_folder.Path, TimeProvider.System).AddKey($"user{i % 7}", null, key, Token), Token))).OrHang();

        Assert.All(outcomes, outcome => Assert.Equal(EditStatus.Written, outcome.Status));
        var directory = UsersFile.Parse(await System.IO.File.ReadAllTextAsync(File, Token)).Content!;
        Assert.All(keys, key => Assert.True(directory.TryFind(ApiKey.Hash(key), out _)));
    }

    [Fact]
    public async Task An_operator_who_saves_in_the_middle_of_our_edit_loses_nothing()
    {
        _folder.Write("users.yaml", "users:\n");
        var looks = 0;

        var outcome = await GuardedEdit.Apply(
            File,
            "",
            text =>
            {
                if (looks++ == 0)
                {
                    _folder.Write("users.yaml", "# saved by the operator meanwhile\nusers:\n  - gitlab_username: zoe\n");
                }

                return UsersFileEdits.AddUser(text, "alice", default);
            },
            TimeProvider.System,
            Token);

        Assert.Equal(EditStatus.Written, outcome.Status);
        var after = await System.IO.File.ReadAllTextAsync(File, Token);
        Assert.StartsWith("# saved by the operator", after, StringComparison.Ordinal);
        Assert.Equal(["zoe", "alice"], UsersFile.Parse(after).Content!.Users.Select(user => user.Name));
        Assert.Equal(2, looks);
    }

    [Theory]
    [InlineData("users:\n  - gitlab_username: [\n", "users.yaml:")]
    [InlineData("users: 7\n", "users.yaml:1:8")]
    public async Task A_broken_file_is_not_written_over(string text, string place)
    {
        _folder.Write("users.yaml", text);

        var outcome = await new UsersFileEditor(_folder.Path, TimeProvider.System).AddUser("alice", Token);

        Assert.Equal(EditStatus.BrokenFile, outcome.Status);
        Assert.Contains(place, outcome.Message, StringComparison.Ordinal);
        Assert.Equal(text, await System.IO.File.ReadAllTextAsync(File, Token));
    }

    [Fact]
    public async Task A_file_in_another_encoding_is_not_written_over()
    {
        var latin = Encoding.Latin1.GetBytes("users: # für alle\n");
        await System.IO.File.WriteAllBytesAsync(File, latin, Token);

        var outcome = await new UsersFileEditor(_folder.Path, TimeProvider.System).AddUser("alice", Token);

        Assert.Equal(EditStatus.BrokenFile, outcome.Status);
        Assert.Equal(latin, await System.IO.File.ReadAllBytesAsync(File, Token));
    }

    [Fact]
    public async Task A_byte_order_mark_stays()
    {
        await System.IO.File.WriteAllTextAsync(File, "users:\r\n", new UTF8Encoding(true), Token);

        await new UsersFileEditor(_folder.Path, TimeProvider.System).AddUser("alice", Token);

        var bytes = await System.IO.File.ReadAllBytesAsync(File, Token);
        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        Assert.StartsWith("users:\r\n  - gitlab_username: alice\r\n", Encoding.UTF8.GetString(bytes[3..]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("a b", null)]
    [InlineData("-x", null)]
    [InlineData("a\n", null)]
    [InlineData("alice", "")]
    [InlineData("alice", " x")]
    [InlineData("alice", "sk-a1b2")]
    [InlineData("alice", "a\nb")]
    public async Task Names_that_cannot_be_are_refused(string user, string? name)
    {
        var outcome = await new UsersFileEditor(_folder.Path, TimeProvider.System).AddKey(user, name, ApiKey.Generate(), Token);

        Assert.Equal(EditStatus.Invalid, outcome.Status);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_whole_key_is_no_way_to_name_a_key()
    {
        var key = ApiKey.Generate();
        var outcome = await new UsersFileEditor(_folder.Path, TimeProvider.System).RevokeKey(key, null, Token);

        Assert.Equal(EditStatus.Invalid, outcome.Status);
        Assert.DoesNotContain(key, outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_sentence()
    {
        var blocked = _folder.Write("file", "");

        var outcome = await new UsersFileEditor(Path.Combine(blocked, "data"), TimeProvider.System).AddUser("alice", Token);

        Assert.Equal(EditStatus.Inaccessible, outcome.Status);
    }
}
