using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Connector.Tests.Servers.Costs;

public sealed class SpendingBookTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly TemporaryFolder _folder = new();
    private readonly LogRecorder _logs = new();
    private readonly ILoggerFactory _loggers;

    public SpendingBookTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_logs));

    private string File => Path.Combine(_folder.Path, SpendingBook.FileName);

    public void Dispose()
    {
        _loggers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_spent_is_known_after_a_restart()
    {
        using (var book = Book())
        {
            Spend(book, "cloud", 0.25m);
            Spend(book, "größe \"2\"", 0.000000123456789m);
        }

        using var next = Book();
        Assert.Equal(0.25m, next.Of("cloud", CostCaps.Paid).Today.Spent);
        Assert.Equal(0.000000123456789m, next.Of("größe \"2\"", CostCaps.Paid).Today.Spent);
        Assert.Equal(0m, next.Of("other", CostCaps.Paid).Today.Spent);
        Assert.DoesNotContain(_logs.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public void A_server_that_comes_back_finds_what_it_spent_and_its_new_caps()
    {
        using var book = Book();
        Spend(book, "cloud", 0.25m);

        Assert.Equal(0.25m, book.Of("cloud", new CostCaps(0, 0.25m, 0)).Today.Spent);
        Assert.NotNull(book.Of("cloud", new CostCaps(0, 0.25m, 0)).Check(0.01m));
    }

    [Fact]
    public void Many_changes_are_one_write_a_second_later()
    {
        using var book = Book();
        for (var i = 0; i < 100; i++)
            Spend(book, "cloud", 0.01m);
        _time.Advance(SpendingBook.WriteDelay - TimeSpan.FromTicks(1));
        Assert.False(System.IO.File.Exists(File));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Contains("1.00", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        Assert.Equal(0, _time.ArmedTimers);

        System.IO.File.Delete(File);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(System.IO.File.Exists(File));
        Spend(book, "cloud", 0.01m);
        _time.Advance(SpendingBook.WriteDelay);
        Assert.Contains("1.01", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"servers\":{\"cloud\":{\"2025-11-30\":")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"servers\":{\"cloud\":[]}}")]
    [InlineData("{\"servers\":{\"cloud\":{\"today\":1}}}")]
    [InlineData("{\"servers\":{\"cloud\":{\"2025-11-30\":-1}}}")]
    [InlineData("{\"servers\":{\"cloud\":{\"2025-11-30\":\"1\"}}}")]
    [InlineData("{\"servers\":{\"cloud\":{\"2025-11-30\":1e400}}}")]
    [InlineData("{\"servers\":{\"cloud\":{\"2025-11-30\":1e28}}}")]
    [InlineData("{\"servers\":{\"\\ud800\":{\"2025-11-30\":1}}}")]
    public void A_broken_file_is_kept_aside_and_told_of(string text)
    {
        System.IO.File.WriteAllText(File, text);
        using (var book = Book())
            Spend(book, "cloud", 0.5m);

        Assert.Equal(text, System.IO.File.ReadAllText(File + ".broken"));
        Assert.Single(_logs.Entries, entry => entry.Level >= LogLevel.Error && entry.Says(File, File + ".broken"));
        using var next = Book();
        Assert.Equal(0.5m, next.Of("cloud", CostCaps.None).Today.Spent);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_of_once_and_tried_again()
    {
        using var book = Book();
        Directory.CreateDirectory(File);
        System.IO.File.WriteAllText(Path.Combine(File, "in the way"), "");
        Spend(book, "cloud", 0.5m);
        _time.Advance(SpendingBook.WriteDelay);
        Spend(book, "cloud", 0.5m);
        _time.Advance(SpendingBook.RetryDelay * 3);
        Assert.Single(_logs.Entries, entry => entry.Level >= LogLevel.Error && entry.Says("not written"));

        Directory.Delete(File, recursive: true);
        _time.Advance(SpendingBook.RetryDelay);
        Assert.Contains("1.0", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        Assert.Single(_logs.Entries, entry => entry.Says("written again"));
    }

    [Fact]
    public void Without_a_data_folder_nothing_is_kept()
    {
        using (var book = new SpendingBook(null, _time, _loggers.CreateLogger<SpendingBook>()))
        {
            Spend(book, "cloud", 0.5m);
            Assert.Equal(0.5m, book.Of("cloud", CostCaps.None).Today.Spent);
        }

        Assert.Equal(0, _time.ArmedTimers);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Much_money_is_a_warning_in_the_log()
    {
        using var book = Book();
        book.Of("cloud", CostCaps.Paid);
        Spend(book, "cloud", 1.5m, CostCaps.Paid with { PerRequest = 0 });
        Spend(book, "cloud", 1.5m, CostCaps.Paid with { PerRequest = 0 });

        Assert.Single(_logs.Entries, entry => entry.Level == LogLevel.Warning && entry.Says("cloud", "1.5"));
    }

    private static void Spend(SpendingBook book, string server, decimal cost, CostCaps? caps = null)
    {
        Assert.True(book.Of(server, caps ?? CostCaps.None).TryReserve(cost, out var reservation, out _));
        reservation.Settle(cost);
    }

    private SpendingBook Book() => new(_folder.Path, _time, _loggers.CreateLogger<SpendingBook>());
}
