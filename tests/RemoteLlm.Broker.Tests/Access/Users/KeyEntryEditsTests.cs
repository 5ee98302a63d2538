using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Tests.Access.Users;

public sealed class KeyEntryEditsTests
{
    private const string Typed = "sk-any-text-of-32-characters-or-more";

    private static readonly DateTimeOffset s_now = new(2025, 11, 30, 10, 0, 0, TimeSpan.Zero);
    private static readonly KeyDigest s_old = KeyDigest.Of("old");
    private static readonly NewKey s_new = new(null, "sk-new1", KeyDigest.Of("new"), s_now);
    private static readonly string s_file = $"users:\n  - gitlab_username: alice\n    keys:\n      - name: laptop # hers\n        prefix: sk-old1\n        hash: {s_old.Format()}\n        class: batch\n";

    [Fact]
    public void Rotation_gives_the_name_to_the_new_key_and_an_end_to_the_old_one()
    {
        var keys = Keys(KeyEntryEdits.Rotate(s_file, "alice", s_old, s_new, TimeSpan.FromHours(1)));

        Assert.Equal(("laptop-old", s_old, s_now.AddHours(1), RequestClass.Batch), (keys[0].Name, keys[0].Digest, keys[0].ExpiresAt, keys[0].Class));
        Assert.Equal(("laptop", s_new.Digest, null, RequestClass.Batch), (keys[1].Name, keys[1].Digest, keys[1].ExpiresAt, keys[1].Class));
    }

    [Fact]
    public void Rotation_without_overlap_leaves_the_new_key_alone()
    {
        var edit = KeyEntryEdits.Rotate(s_file, "alice", s_old, s_new, TimeSpan.Zero);

        Assert.Equal(s_new.Digest, Assert.Single(Keys(edit)).Digest);
        Assert.Contains("# hers", edit.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    public void Rotation_never_lets_a_key_live_longer_than_it_was_to(int minutes)
    {
        var end = s_now.AddMinutes(minutes);
        var file = s_file + $"        expires_at: {end:yyyy-MM-dd'T'HH:mm:ss'Z'}\n";

        var keys = Keys(KeyEntryEdits.Rotate(file, "alice", s_old, s_new, TimeSpan.FromHours(1)));

        Assert.Equal(minutes > 0 ? [end] : [], keys.Where(key => key.Digest == s_old).Select(key => key.ExpiresAt!.Value));
    }

    [Fact]
    public void A_second_rotation_finds_another_name_for_the_old_key()
    {
        var once = KeyEntryEdits.Rotate(s_file, "alice", s_old, s_new, TimeSpan.FromHours(1)).Text!;
        var twice = KeyEntryEdits.Rotate(once, "alice", s_new.Digest, s_new with { Digest = KeyDigest.Of("newer") }, TimeSpan.FromHours(2));

        Assert.Equal(["laptop-old", "laptop-old-2", "laptop"], Keys(twice).Select(key => key.Name));
    }

    [Fact]
    public void A_typed_key_of_the_short_form_can_be_rotated_and_is_not_readable_afterwards()
    {
        var edit = KeyEntryEdits.Rotate($"users:\n  - gitlab_username: alice\n    api_key: {Typed} # made up\n", "alice", ApiKey.Hash(Typed), s_new, TimeSpan.FromHours(1));

        var keys = Keys(edit);
        Assert.Equal([(ApiKey.Hash(Typed), s_now.AddHours(1)), (s_new.Digest, null)], keys.Select(key => (key.Digest, key.ExpiresAt)));
        Assert.DoesNotContain(Typed, edit.Text, StringComparison.Ordinal);
        Assert.Contains("# made up", edit.Text, StringComparison.Ordinal);
        Assert.All(keys, key => Assert.True(KeyName.IsWellFormed(key.Name)));
    }

    [Fact]
    public void A_key_is_renamed_in_its_place_to_a_name_that_is_free()
    {
        Assert.Equal(s_file.Replace("laptop", "desk", StringComparison.Ordinal), KeyEntryEdits.Rename(s_file, "alice", s_old, "desk").Text);
        Assert.Equal(EditStatus.Unchanged, KeyEntryEdits.Rename(s_file, "alice", s_old, "laptop").Outcome.Status);
        var two = KeyEntryEdits.Rotate(s_file, "alice", s_old, s_new, TimeSpan.FromHours(1)).Text!;
        Assert.Equal(EditStatus.Conflict, KeyEntryEdits.Rename(two, "alice", s_old, "laptop").Outcome.Status);
    }

    [Fact]
    public void A_key_of_another_is_none_of_ones_own()
    {
        var file = s_file + "  - gitlab_username: bob\n";

        Assert.Equal(EditStatus.NotFound, KeyEntryEdits.Revoke(file, "bob", s_old).Outcome.Status);
        Assert.Equal(EditStatus.NotFound, KeyEntryEdits.Rotate(file, "bob", s_old, s_new, TimeSpan.Zero).Outcome.Status);
        Assert.Equal(EditStatus.NotFound, KeyEntryEdits.Rename(file, "bob", s_old, "x").Outcome.Status);
        Assert.Empty(Keys(KeyEntryEdits.Revoke(file, "alice", s_old)));
    }

    [Fact]
    public async Task A_key_may_have_an_end_from_its_beginning()
    {
        using var folder = new RemoteLlm.Testing.TemporaryFolder();
        var key = ApiKey.Generate();

        await new UsersFileEditor(folder.Path, TimeProvider.System).AddKey("alice", "trial", key, s_now, TestContext.Current.CancellationToken);

        Assert.True(UsersFile.Parse(await File.ReadAllTextAsync(folder["users.yaml"], TestContext.Current.CancellationToken)).Content!.TryFind(ApiKey.Hash(key), out var record));
        Assert.Equal(s_now, record.ExpiresAt);
    }

    private static IReadOnlyList<KeyRecord> Keys(TextEdit edit)
    {
        Assert.True(edit.Text is not null, edit.Outcome.Message);
        return UsersFile.Parse(edit.Text).Content!.FindUser("alice")!.Keys;
    }
}
