namespace RemoteLlm.EndToEnd.Tests;

/// <summary>A client that takes nothing of its answer.</summary>
public sealed class SlowReaderTests
{
    [Fact]
    public async Task Client_that_reads_nothing_of_an_endless_stream_is_cut_and_the_GPU_is_free()
    {
        var time = new ManualTime();
        var piece = new byte[16 * 1024];
        Array.Fill(piece, (byte)'x');
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders();
            while (!exchange.PeerClosed.IsCompleted)
                await exchange.SendChunk(piece);
        });
        var timeout = TimeSpan.FromSeconds(1);
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { BrokerTime = time, Broker = broker => broker.ClientWriteTimeout = timeout });
        var idle = time.ArmedTimers;

        using var answer = await cluster.Client.Chat(stream: true);
        var exchange = await llm.NextExchange();

        // The clock for clients is armed whenever a flush has to wait; where the client took something after all, it is armed anew by the next.
        while (await Task.WhenAny(exchange.PeerClosed, time.UntilArmed(idle + 1)).OrHang() != exchange.PeerClosed)
            time.Advance(timeout);

        await exchange.PeerClosed.OrHang();
        await cluster.BrokerLogs.Until("Request", "client_gone", " Body Client ");
        Assert.True(await Record.ExceptionAsync(() => answer.Content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken).OrHang()) is HttpRequestException or IOException);
    }
}
