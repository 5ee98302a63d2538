using System.Collections.Concurrent;
using RemoteLlm.Hosting.Logging;
using RemoteLlm.Testing;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace RemoteLlm.Hosting.Tests.Logging;

public sealed class BoundedSinkTests
{
    [Fact]
    public void Dispose_WritesWhatIsQueued_InOrder()
    {
        var console = new StuckConsole();
        console.Open();
        using (var sink = new BoundedSink(console, 100))
        {
            for (var i = 0; i < 50; i++) sink.Emit(Event($"line {i}"));
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"line {i}"), console.Lines);
    }

    [Fact]
    public async Task FullQueue_DropsInsteadOfBlocking_AndSaysHowMuch()
    {
        var console = new StuckConsole();
        using (var sink = new BoundedSink(console, 2))
        {
            sink.Emit(Event("in the console"));
            await console.Entered.OrHang();
            foreach (var text in new[] { "queued 1", "queued 2", "lost", "lost", "lost" }) sink.Emit(Event(text));
            console.Open();
        }

        Assert.Equal(
            ["in the console", "3 log lines were dropped, because the console took them too slowly", "queued 1", "queued 2"],
            console.Lines);
    }

    [Fact]
    public void Emit_AfterDisposal_IsIgnored()
    {
        var console = new StuckConsole();
        console.Open();
        var sink = new BoundedSink(console, 2);
        sink.Dispose();
        sink.Emit(Event("late"));
        sink.Dispose();
        Assert.Empty(console.Lines);
    }

    [Fact]
    public void ConsoleThatBreaks_DoesNotEndTheProcess()
    {
        using var sink = new BoundedSink(new BrokenConsole(), 2);
        sink.Emit(Event("x"));
    }

    private static LogEvent Event(string text) =>
        new(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, new MessageTemplateParser().Parse(text), []);

    /// <summary>A console whose first line blocks until it is opened.</summary>
    private sealed class StuckConsole : ILogEventSink
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _open = new();

        public ConcurrentQueue<string> Lines { get; } = new();

        public Task Entered => _entered.Task;

        public void Open() => _open.Set();

        public void Emit(LogEvent logEvent)
        {
            _entered.TrySetResult();
            Assert.True(_open.Wait(HangGuard.Limit));
            Lines.Enqueue(logEvent.RenderMessage());
        }
    }

    private sealed class BrokenConsole : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => throw new IOException("Broken pipe");
    }
}
