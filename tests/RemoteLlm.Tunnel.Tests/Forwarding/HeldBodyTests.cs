using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Tunnel.Tests.Forwarding;

public sealed class HeldBodyTests
{
    private const int MemoryLimit = 10_000;

    private readonly Pipe _body = new(new PipeOptions(pauseWriterThreshold: 0));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(MemoryLimit)]
    public async Task A_body_up_to_the_limit_is_held_in_memory_and_can_be_sent_again_and_again(int length)
    {
        var sent = await SendAsync(length);
        await using var body = new HeldBody(_body.Reader, null, MemoryLimit);

        await body.ReadAsync(_ => true, Token).OrHang();

        Assert.True(body is { IsComplete: true, InMemory: true });
        Assert.Equal(length, body.Length);
        for (var time = 0; time < 3; time++)
            Assert.Equal(sent, await body.CreateContent().ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData(MemoryLimit + 1, null)]
    [InlineData(500_000, null)]
    [InlineData(500_000, 500_000L)]
    public async Task A_larger_body_is_held_in_a_file_that_has_no_name(int length, long? declared)
    {
        // A folder of its own: in the system's others make such files at the same time.
        using var folder = new TemporaryFolder();
        var sent = await SendAsync(length);
        await using var body = new HeldBody(_body.Reader, declared, MemoryLimit, spool: new BodySpool(long.MaxValue, folder.Path));

        await body.ReadAsync(_ => true, Token).OrHang();

        Assert.True(body is { IsComplete: true, InMemory: false });
        Assert.Equal(length, body.CreateContent().Headers.ContentLength);
        for (var time = 0; time < 2; time++)
            Assert.Equal(sent, await body.CreateContent().ReadAsByteArrayAsync(Token));
        if (!OperatingSystem.IsWindows())
            Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task The_beginning_is_in_memory_however_large_the_piece_that_it_came_in()
    {
        var sent = await SendAsync(500_000);
        await using var body = new HeldBody(_body.Reader, 500_000, MemoryLimit);

        await body.ReadAsync(_ => false, Token).OrHang();

        Assert.Equal(sent[..MemoryLimit], body.Memory.ToArray());
    }

    [Fact]
    public async Task No_file_is_made_for_what_came_with_the_piece_that_was_enough()
    {
        var sent = await SendAsync(500_000);
        var spool = new BodySpool(long.MaxValue);
        await using var body = new HeldBody(_body.Reader, sent.Length, MemoryLimit, spool: spool);

        await body.ReadAsync(_ => false, Token).OrHang();

        Assert.True(body is { IsComplete: false, InMemory: true });
        Assert.Equal((MemoryLimit, 0), (body.Length, spool.Held));
        Assert.Equal(sent, await body.CreateContent().ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task The_observer_sees_each_byte_once_and_can_stop_the_reading()
    {
        using var seen = new MemoryStream();
        await using var body = new HeldBody(_body.Reader, null, MemoryLimit);
        await _body.Writer.WriteAsync("first "u8.ToArray(), Token);

        await body.ReadAsync(Observe(seen, more: false), Token).OrHang();
        Assert.False(body.IsComplete);
        await _body.Writer.WriteAsync("second"u8.ToArray(), Token);
        await _body.Writer.CompleteAsync();
        await body.ReadAsync(Observe(seen, more: true), Token).OrHang();

        Assert.Equal("first second"u8.ToArray(), seen.ToArray());
        Assert.True(body.IsComplete);
    }

    [Fact]
    public async Task A_rest_is_sent_behind_what_is_held_and_once_only()
    {
        await using var body = new HeldBody(_body.Reader, 11, MemoryLimit);
        await _body.Writer.WriteAsync("hello "u8.ToArray(), Token);
        await body.ReadAsync(_ => false, Token).OrHang();
        await _body.Writer.WriteAsync("world"u8.ToArray(), Token);
        await _body.Writer.CompleteAsync();

        var first = body.CreateContent();
        Assert.Equal(11, first.Headers.ContentLength);
        Assert.Equal("hello world", await first.ReadAsStringAsync(Token));

        await Assert.ThrowsAsync<InvalidOperationException>(() => body.CreateContent().ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_an_error_and_not_a_short_body()
    {
        await using var body = new HeldBody(_body.Reader, null, MemoryLimit);
        await _body.Writer.WriteAsync("half"u8.ToArray(), Token);
        await _body.Writer.CompleteAsync(new IOException("broken off"));

        await Assert.ThrowsAsync<IOException>(() => body.ReadAsync(_ => true, Token).OrHang());
        Assert.False(body.IsComplete);
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(1001, true)]
    public async Task A_body_over_the_limit_is_refused_and_can_be_read_on(int length, bool refused)
    {
        await SendAsync(length);
        await using var body = new HeldBody(_body.Reader, null, MemoryLimit, maxLength: 1000);

        var failure = await Record.ExceptionAsync(() => body.ReadAsync(_ => true, Token).OrHang());

        Assert.Equal(refused ? 413 : null, (failure as BadHttpRequestException)?.StatusCode);
        Assert.True((await _body.Reader.ReadAsync(Token).OrHang()).IsCompleted);
    }

    [Fact]
    public async Task Bodies_in_files_are_bounded_together_and_give_back_what_they_took()
    {
        var spool = new BodySpool(limit: 50_000);
        await SendAsync(MemoryLimit + 30_000);
        var first = new HeldBody(_body.Reader, null, MemoryLimit, spool: spool);
        await first.ReadAsync(_ => true, Token).OrHang();
        Assert.Equal(30_000, spool.Held);

        var other = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await other.Writer.WriteAsync(new byte[MemoryLimit + 30_000], Token);
        await other.Writer.CompleteAsync();
        await using (var second = new HeldBody(other.Reader, null, MemoryLimit, spool: spool))
        {
            await Assert.ThrowsAsync<BodySpoolException>(() => second.ReadAsync(_ => true, Token).OrHang());
            Assert.True((await other.Reader.ReadAsync(Token).OrHang()).IsCompleted);
        }

        Assert.Equal(30_000, spool.Held);
        await first.DisposeAsync();
        Assert.Equal(0, spool.Held);
    }

    [Fact]
    public async Task A_body_in_memory_needs_no_room_among_the_files()
    {
        await SendAsync(MemoryLimit);
        await using var body = new HeldBody(_body.Reader, null, MemoryLimit, spool: new BodySpool(limit: 0));

        await body.ReadAsync(_ => true, Token).OrHang();

        Assert.True(body.IsComplete);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_no_fault_of_the_sender()
    {
        await SendAsync(30_000);
        var spool = new BodySpool(1_000_000, Path.Combine(Path.GetTempPath(), "there-is-no-such-folder"));
        var body = new HeldBody(_body.Reader, null, MemoryLimit, spool: spool);

        var failure = await Assert.ThrowsAsync<BodySpoolException>(() => body.ReadAsync(_ => true, Token).OrHang());

        Assert.IsType<DirectoryNotFoundException>(failure.InnerException);
        Assert.True((await _body.Reader.ReadAsync(Token).OrHang()).IsCompleted);
        await body.DisposeAsync();
        Assert.Equal(0, spool.Held);
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(500_000)]
    public async Task What_is_still_being_sent_at_the_disposal_keeps_its_memory_and_stops(int length)
    {
        await SendAsync(length);
        var body = new HeldBody(_body.Reader, null, MemoryLimit);
        await body.ReadAsync(_ => true, Token).OrHang();
        Assert.True(MemoryMarshal.TryGetArray(body.Memory, out var held));
        using var stuck = new StuckStream();

        var sending = body.CreateContent().CopyToAsync(stuck, Token);
        await stuck.Reached.OrHang();
        await body.DisposeAsync();

        // The pool hands an array that was just returned to the next one who asks.
        var rented = Enumerable.Range(0, 200).Select(_ => ArrayPool<byte>.Shared.Rent(held.Array!.Length)).ToList();
        Assert.DoesNotContain(rented, array => ReferenceEquals(array, held.Array));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.OrHang());
        rented.ForEach(array => ArrayPool<byte>.Shared.Return(array));
    }

    [Fact]
    public async Task A_send_that_begins_after_the_disposal_is_refused()
    {
        await SendAsync(10);
        var body = new HeldBody(_body.Reader, null, MemoryLimit);
        await body.ReadAsync(_ => true, Token).OrHang();
        var content = body.CreateContent();

        await body.DisposeAsync();
        await body.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => content.CopyToAsync(Stream.Null, Token));
    }

    [Fact]
    public async Task A_rest_that_does_not_come_does_not_outlive_the_body()
    {
        var body = new HeldBody(_body.Reader, null, MemoryLimit);
        await _body.Writer.WriteAsync("begin"u8.ToArray(), Token);
        await body.ReadAsync(_ => false, Token).OrHang();

        var sending = body.CreateContent().CopyToAsync(Stream.Null, Token);
        await body.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.OrHang());
    }

    private static Func<ReadOnlySequence<byte>, bool> Observe(MemoryStream seen, bool more) => piece =>
    {
        seen.Write(piece.ToArray());
        return more;
    };

    private async Task<byte[]> SendAsync(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        await _body.Writer.WriteAsync(bytes, Token);
        await _body.Writer.CompleteAsync();
        return bytes;
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }
}
