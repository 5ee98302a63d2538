namespace RemoteLlm.EndToEnd.Tests;

/// <summary>A client that takes nothing of its answer.</summary>
public sealed class SlowReaderTests
{
    [Fact]
    public async Task Client_that_reads_nothing_of_an_endless_stream_is_cut_and_the_GPU_is_free()
    {
        var piece = new byte[16 * 1024];
        Array.Fill(piece, (byte)'x');
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders();
            while (!exchange.PeerClosed.IsCompleted)
                await exchange.SendChunk(piece);
        });
        // In real time: what a clock of the test's own would cut first is the line, which hears as little as the client takes.
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Broker = broker => broker.ClientWriteTimeout = TimeSpan.FromSeconds(1) });

        using var answer = await cluster.Client.Chat(stream: true);
        var exchange = await llm.NextExchange();

        await exchange.PeerClosed.OrHang();
        await cluster.BrokerLogs.Until("Request", "client_gone", " Body Client ");
        Assert.True(await Record.ExceptionAsync(() => answer.Content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken).OrHang()) is HttpRequestException or IOException);
    }
}
