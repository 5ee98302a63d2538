using Microsoft.AspNetCore.Http;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Http2;

/// <summary>What an ordinary HTTP/2 server does not give by itself, and a tunnel must.</summary>
public sealed class TunnelRuleTests
{
    // Kestrel forgets a stream 5 s after its end, by a clock that cannot be replaced: two tests have to outlast it.
    private static readonly TimeSpan s_forgotten = TimeSpan.FromSeconds(7);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task An_early_answer_to_an_upload_that_is_stuck_on_the_line_leaves_the_other_streams_alone() => RefuseStuckUploadAsync(
        401,
        async (context, answer) =>
        {
            await answer;
            context.Response.StatusCode = 401;
            await UnreadBody.DiscardAsync(context);
        });

    [Fact]
    public Task A_body_over_the_limit_that_is_stuck_on_the_line_leaves_the_other_streams_alone() => RefuseStuckUploadAsync(
        413,
        async (context, answer) =>
        {
            await answer;
            await using var body = new HeldBody(context.Request.BodyReader, context.Request.ContentLength, 64 * 1024, maxLength: 50 * 1024);
            try
            {
                await body.ReadAsync(_ => true, context.RequestAborted);
            }
            catch (BadHttpRequestException exception)
            {
                context.Response.StatusCode = exception.StatusCode;
            }

            await UnreadBody.DiscardAsync(context);
        });

    private static async Task RefuseStuckUploadAsync(int status, Func<HttpContext, Task, Task> refuse)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var tunnel = await Support.Tunnel.OpenAsync(
            async context =>
            {
                if (context.Request.Path != "/refused")
                {
                    await TunnelRequestTests.EchoAsync(context);
                    return;
                }

                var begun = await context.Request.BodyReader.ReadAtLeastAsync(60 * 1024, context.RequestAborted);
                context.Request.BodyReader.AdvanceTo(begun.Buffer.Start);
                arrived.SetResult();
                await refuse(context, answer.Task);
            });
        using var neighbour = new PipeContent();
        using var other = Support.Tunnel.Post(neighbour);
        var otherAnswer = tunnel.Client.SendAsync(other, Token);
        using var upload = new PipeContent();
        await upload.Body.WriteAsync(new byte[60 * 1024], Token);
        using var request = Support.Tunnel.Post(upload, "/refused");
        var sending = tunnel.Client.SendAsync(request, Token);
        await arrived.Task.OrHang();

        // More of the body is on its way, but the line holds it up for longer than Kestrel remembers a stream.
        tunnel.Gate.Shut();
        await upload.Body.WriteAsync(new byte[60 * 1024], Token);
        await tunnel.Gate.Waiting.OrHang();
        answer.SetResult();
        using (var refusal = await sending.OrHang())
            Assert.Equal(status, (int)refusal.StatusCode);
        await Task.Delay(s_forgotten, TimeProvider.System, Token);
        tunnel.Gate.Open();

        await neighbour.Body.WriteAsync("lives"u8.ToArray(), Token);
        await neighbour.Body.CompleteAsync();
        using (var response = await otherAnswer.OrHang())
            Assert.Equal("lives", await response.Content.ReadAsStringAsync(Token).OrHang());
        Assert.Equal("too", await tunnel.AskAsync("too"));
        await upload.Body.CompleteAsync();
    }

    [Fact]
    public async Task Forty_parked_uploads_do_not_stop_a_small_request()
    {
        var parked = 0;
        var allParked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var tunnel = await Support.Tunnel.OpenAsync(async context =>
        {
            if (context.Request.Path != "/park")
            {
                await TunnelRequestTests.EchoAsync(context);
                return;
            }

            await using var body = new HeldBody(context.Request.BodyReader, context.Request.ContentLength, 64 * 1024);
            await body.ReadAsync(_ => true, context.RequestAborted);
            if (Interlocked.Increment(ref parked) == 40)
                allParked.SetResult();
            await release.Task;
            await context.Response.WriteAsync(body.Length.ToString(), context.RequestAborted);
        });
        var upload = new string('x', 1024 * 1024);

        var uploads = Enumerable.Range(0, 40).Select(_ => tunnel.AskAsync(upload, "/park")).ToList();
        await allParked.Task.OrHang();

        Assert.Equal("small", await tunnel.AskAsync("small"));
        release.SetResult();
        Assert.All(await Task.WhenAll(uploads).OrHang(), length => Assert.Equal("1048576", length));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(60)]
    public async Task Headers_larger_than_the_edge_allows_pass_inside_the_tunnel_both_ways(int kilobytes)
    {
        await using var tunnel = await Support.Tunnel.OpenAsync(context =>
        {
            context.Response.Headers["x-large"] = context.Request.Headers["x-large"];
            return Task.CompletedTask;
        });
        var value = new string('v', kilobytes * 1024);
        using var request = Support.Tunnel.Post(new StringContent("x"));
        request.Headers.TryAddWithoutValidation("x-large", value);

        using var response = await tunnel.Client.SendAsync(request, Token).OrHang();

        Assert.Equal(value, response.Headers.GetValues("x-large").Single());
    }

    [Fact]
    public async Task Header_values_are_UTF_8_all_the_way()
    {
        await using var tunnel = await Support.Tunnel.OpenAsync(context =>
        {
            context.Response.Headers["x-name"] = context.Request.Headers["x-name"];
            return Task.CompletedTask;
        });
        using var request = Support.Tunnel.Post(new StringContent("x"));
        request.Headers.TryAddWithoutValidation("x-name", "Zoë 東京");

        using var response = await tunnel.Client.SendAsync(request, Token).OrHang();

        Assert.Equal("Zoë 東京", response.Headers.NonValidated["x-name"].ToString());
    }
}
