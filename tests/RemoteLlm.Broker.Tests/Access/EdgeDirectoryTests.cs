using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Access;

public sealed class EdgeDirectoryTests : IAsyncDisposable
{
    private const string Alice = "users:\n  - gitlab_username: alice\n    created_at: 2026-01-01T00:00:00Z\n    limits: { requests_per_minute: 7 }\n";
    private const string Bob = "  - gitlab_username: bob\n    models: [\"small-*\"]\n";

    private readonly TemporaryFolder _folder = new();
    private readonly AccessFiles _files;

    public EdgeDirectoryTests() => _files = new AccessFiles(new AccessFilesOptions(_folder.Path, RequestLimits.Default, []), new ManualTime(), NullLogger<AccessFiles>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _files.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Without_portal_keys_the_users_are_those_of_the_files()
    {
        var directory = await Started(Alice);

        Assert.Same(_files.Users, directory.Users);
    }

    [Fact]
    public async Task A_portal_key_is_made_once_is_told_and_has_what_its_user_has()
    {
        var directory = await Started(Alice + Bob);
        var before = directory.Users;
        var told = 0;
        directory.Changed += () => told++;

        var digest = directory.PortalKeyOf(_files.Users.FindUser("bob")!);

        Assert.Equal(1, told);
        Assert.Equal(digest, directory.PortalKeyOf(_files.Users.FindUser("bob")!));
        Assert.Equal(1, told);
        var after = directory.Users;
        Assert.True(after.Revision > before.Revision);
        Assert.Equal(["bob"], after.ChangedSince(before));
        Assert.True(after.TryFind(digest, out var key));
        Assert.Equal(("bob", "portal"), (key.User, key.Name));
        Assert.Equal(["small-*"], key.Models);
        Assert.False(_files.Users.TryFind(digest, out _));
    }

    [Fact]
    public async Task A_portal_key_follows_its_users_entry()
    {
        var directory = await Started(Alice);
        var digest = directory.PortalKeyOf(_files.Users.FindUser("alice")!);
        var made = directory.Users.Revision;

        await Change(Alice + "    blocked: true\n");

        Assert.True(directory.Users.Revision > made);
        Assert.True(directory.Users.TryFind(digest, out var key));
        Assert.True(key.Blocked);
    }

    [Theory]
    [InlineData("users: []\n")]
    [InlineData("users:\n  - gitlab_username: alice\n    created_at: 2026-02-02T00:00:00Z\n")]
    [InlineData("users:\n  - gitlab_username: alice\n    gitlab_id: 7\n    created_at: 2026-01-01T00:00:00Z\n")]
    public async Task A_portal_key_goes_with_its_users_entry_also_where_another_took_its_name(string later)
    {
        var directory = await Started(Alice);
        var digest = directory.PortalKeyOf(_files.Users.FindUser("alice")!);

        await Change(later);

        Assert.False(directory.Users.TryFind(digest, out _));
        if (_files.Users.FindUser("alice") is { } other)
            Assert.NotEqual(digest, directory.PortalKeyOf(other));
    }

    [Fact]
    public async Task Every_other_state_has_a_greater_number()
    {
        var directory = await Started(Alice + Bob);
        var numbers = new List<long> { directory.Users.Revision };
        directory.PortalKeyOf(_files.Users.FindUser("alice")!);
        numbers.Add(directory.Users.Revision);
        await Change(Alice);
        numbers.Add(directory.Users.Revision);
        directory.PortalKeyOf(_files.Users.FindUser("alice")!);
        numbers.Add(directory.Users.Revision);
        await Change(Alice + Bob);
        directory.PortalKeyOf(_files.Users.FindUser("bob")!);
        numbers.Add(directory.Users.Revision);

        Assert.Equal(numbers.Order(), numbers);
        Assert.Equal(4, numbers.Distinct().Count());
    }

    private async Task<EdgeDirectory> Started(string users)
    {
        Write(users);
        await _files.StartAsync(Token);
        return new EdgeDirectory(_files, new BrokerOptions());
    }

    private async Task Change(string users)
    {
        Write(users);
        await _files.Refresh(Token);
    }

    private void Write(string users)
    {
        var path = _folder.Write("users.yaml", users);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
