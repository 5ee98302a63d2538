using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Portal.Audit;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Broker.Tests.Portal.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogRecorder _logs = new();

    private string File => _folder[AuditLog.Name];

    public void Dispose()
    {
        _folder.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public void An_entry_is_one_line_with_all_that_is_known_for_the_owner_alone()
    {
        Assert.Null(Log().Write(new AuditEntry("alice", "user.changed", "bob", "models [a\nb, <x>]", "10.0.0.7")));
        Assert.Null(Log().Write(new AuditEntry("cli", "user.approved", "carol")));

        var lines = System.IO.File.ReadAllLines(File);
        Assert.Equal(2, lines.Length);
        var first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal(
            ["2025-11-30T10:00:00+00:00", "alice", "user.changed", "bob", "models [a\nb, <x>]", "10.0.0.7"], new[] { "time", "actor", "action", "target", "detail", "address" }.Select(name => first.GetProperty(name).GetString()));
        Assert.False(JsonDocument.Parse(lines[1]).RootElement.TryGetProperty("address", out _));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public async Task Writers_at_once_lose_no_line_and_mix_none()
    {
        const int Writers = 8;
        const int Lines = 40;

        // Each with a log of its own, as processes have.
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            var log = new AuditLog(_folder.Path, TimeProvider.System, Logger());
            for (var i = 0; i < Lines; i++)
                Assert.Null(log.Write(new AuditEntry($"w{writer}", "key.made", new string('x', writer * 50), $"{i}")));
        }))).OrHang();

        var lines = System.IO.File.ReadAllLines(File).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Writers * Lines, lines.Select(line => (line.GetProperty("actor").GetString(), line.GetProperty("detail").GetString())).Distinct().Count());
        Assert.Equal(Writers * Lines, lines.Count);
    }

    [Fact]
    public void Half_a_line_that_a_crash_has_left_swallows_no_other()
    {
        _folder.Write(AuditLog.Name, "{\"time\":\"2025-1");

        Log().Write(new AuditEntry("cli", "user.approved", "carol"));

        var lines = System.IO.File.ReadAllLines(File);
        Assert.Equal(2, lines.Length);
        Assert.Equal("carol", JsonDocument.Parse(lines[1]).RootElement.GetProperty("target").GetString());
    }

    [Fact]
    public void A_full_disk_is_an_error_in_the_log_with_the_line_and_no_exception()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a disk that is always full.");
        System.IO.File.CreateSymbolicLink(File, "/dev/full");

        var problem = Log().Write(new AuditEntry("alice", "user.blocked", "mallory"));

        Assert.NotNull(problem);
        var entry = Assert.Single(_logs.Entries);
        Assert.Equal(LogLevel.Error, entry.Level);
        Assert.True(entry.Says("user.blocked", "mallory"));
    }

    private AuditLog Log() => new(_folder.Path, new ManualTime(), Logger());

    private ILogger<AuditLog> Logger() => new LoggerFactory([_logs]).CreateLogger<AuditLog>();
}
