using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Signin.Logins;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Portal;

/// <summary>How much is kept of logins that are over.</summary>
public sealed class EndedLoginsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("logins").FullName;

    [Fact]
    public async Task Beyond_the_most_sessions_all_logins_of_who_ends_one_are_over_and_the_file_grows_no_more()
    {
        var time = new ManualTime();
        var options = new AccessFilesOptions(_folder, RequestLimits.None, []);
        await using var files = new AccessFiles(options, time, NullLogger<AccessFiles>.Instance);
        var now = time.GetUtcNow();
        var sessions = string.Join(", ", Enumerable.Range(0, EndedLogins.MostSessions).Select(i => $"\"s{i}\": \"{now + EndedLogins.Longest:O}\""));
        AtomicFile.Write(Path.Combine(_folder, "sessions.json"), $"{{\"sessions\": {{{sessions}}}, \"users\": {{}}}}");
        var ended = new EndedLogins(files, options, time, NullLogger<EndedLogins>.Instance);
        await ended.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(ended.IsOver("bob", "s7", now));

        ended.End("alice", "mine", now);

        Assert.True(ended.IsOver("alice", "mine", now));
        Assert.True(ended.IsOver("alice", "another", now));
        Assert.False(ended.IsOver("bob", "another", now));
        Assert.DoesNotContain("mine", AtomicFile.ReadText(Path.Combine(_folder, "sessions.json")), StringComparison.Ordinal);
        await ended.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
