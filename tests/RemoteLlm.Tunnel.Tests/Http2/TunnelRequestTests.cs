using Microsoft.AspNetCore.Http;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Http2;

public sealed class TunnelRequestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_crosses_the_channel_and_its_answer_comes_back()
    {
        await using var tunnel = await Support.Tunnel.OpenAsync(async context =>
        {
            Assert.Equal("HTTP/2", context.Request.Protocol);
            context.Response.Headers["x-path"] = context.Request.Path.Value;
            await EchoAsync(context);
        });
        using var request = Support.Tunnel.Post(new StringContent("hello"), "/some/path");

        using var response = await tunnel.Client.SendAsync(request, Token).OrHang();

        Assert.Equal("hello", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("/some/path", response.Headers.GetValues("x-path").Single());
    }

    [Fact]
    public async Task Two_hundred_streams_share_the_channel()
    {
        var arrived = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var tunnel = await Support.Tunnel.OpenAsync(async context =>
        {
            if (Interlocked.Increment(ref arrived) == 200)
                all.SetResult();
            await all.Task.OrHang();
            await EchoAsync(context);
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => tunnel.AskAsync($"stream {number}"))).OrHang();

        Assert.Equal(Enumerable.Range(0, 200).Select(number => $"stream {number}"), answers);
    }

    [Fact]
    public async Task A_cancelled_request_is_seen_by_the_server_and_the_channel_lives_on()
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var tunnel = await Support.Tunnel.OpenAsync(async context =>
        {
            if (context.Request.Path == "/stall")
            {
                context.RequestAborted.Register(aborted.SetResult);
                await context.Response.Body.FlushAsync(Token);
                await aborted.Task;
            }

            await EchoAsync(context);
        });
        using var request = Support.Tunnel.Post(new StringContent("x"), "/stall");

        var response = await tunnel.Client.SendAsync(request, Token).OrHang();
        response.Dispose();

        await aborted.Task.OrHang();
        Assert.Equal("still there", await tunnel.AskAsync("still there"));
    }

    [Fact]
    public async Task A_reader_who_reads_nothing_stops_nobody_else()
    {
        await using var tunnel = await Support.Tunnel.OpenAsync(async context =>
        {
            if (context.Request.Path == "/flood")
            {
                for (var i = 0; i < 256 && !context.RequestAborted.IsCancellationRequested; i++)
                    await context.Response.BodyWriter.WriteAsync(new byte[64 * 1024], context.RequestAborted);
                return;
            }

            await EchoAsync(context);
        });
        using var request = Support.Tunnel.Post(new StringContent("x"), "/flood");
        using var unread = await tunnel.Client.SendAsync(request, Token).OrHang();

        for (var i = 0; i < 20; i++)
            Assert.Equal($"passes {i}", await tunnel.AskAsync($"passes {i}"));
    }

    [Fact]
    public async Task After_the_end_of_the_channel_requests_fail_at_once_and_none_dials()
    {
        await using var tunnel = await Support.Tunnel.OpenAsync(EchoAsync);
        Assert.Equal("first", await tunnel.AskAsync("first"));

        tunnel.Cut();
        await tunnel.Client.Channel.Ended.OrHang();

        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<HttpRequestException>(() => tunnel.AskAsync("late"));
    }

    [Fact]
    public async Task A_request_under_way_fails_when_the_line_is_cut()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var tunnel = await Support.Tunnel.OpenAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            await context.Response.Body.WriteAsync("half"u8.ToArray(), Token);
            await context.Response.Body.FlushAsync(Token);
            begun.SetResult();
            await aborted.Task;
        });
        using var request = Support.Tunnel.Post(new StringContent("x"));
        using var response = await tunnel.Client.SendAsync(request, Token).OrHang();
        await begun.Task.OrHang();

        tunnel.Cut();

        // Never a clean end of stream: half an answer must not look like a whole one.
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Token).OrHang());
        await aborted.Task.OrHang();
    }

    internal static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync(await reader.ReadToEndAsync(context.RequestAborted), context.RequestAborted);
    }
}
