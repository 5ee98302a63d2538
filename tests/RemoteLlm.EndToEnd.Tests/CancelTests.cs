using System.Diagnostics;
using System.Globalization;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>When the client leaves, so does the request to the LLM server: nobody's GPU works for nobody.</summary>
public sealed class CancelTests
{
    private const int Rounds = 15;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Clients_disconnect_closes_the_connection_to_the_LLM_server(bool stream, bool begun)
    {
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            if (begun && stream)
            {
                await exchange.SendHeaders();
                await exchange.SendEvent(LlmScripts.Delta("one"));
            }
            else if (begun)
            {
                await exchange.SendRaw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
            }

            await exchange.PeerClosed;
        });
        await using var cluster = await Cluster.Start(llm.Url);

        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            using var leave = new CancellationTokenSource();
            var asking = cluster.Client.ChatUntil(stream, leave.Token);
            var exchange = await llm.NextExchange();
            using var answer = begun ? await asking : null;
            if (answer is not null)
                Assert.True(await (await answer.Content.ReadAsStreamAsync(leave.Token)).ReadAsync(new byte[1], leave.Token).OrHang() > 0);

            var left = Stopwatch.GetTimestamp();
            if (answer is not null)
                answer.Dispose();
            else
                await leave.CancelAsync();
            times.Add(Stopwatch.GetElapsedTime(left, await exchange.PeerClosed.OrHang()).TotalMilliseconds);
            if (answer is null)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }

        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"disconnect to close, {(stream ? "streamed" : "whole")}, {(begun ? "in mid-answer" : "before headers")}: median {times[Rounds / 2]:0.0} ms, longest {times[^1]:0.0} ms"));
    }
}
