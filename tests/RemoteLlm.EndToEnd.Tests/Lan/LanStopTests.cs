using System.Net.Sockets;

namespace RemoteLlm.EndToEnd.Tests.Lan;

/// <summary>What becomes of requests when a connector with a LAN port stops.</summary>
public sealed class LanStopTests
{
    [Fact]
    public async Task Running_stream_is_finished_and_nobody_new_is_let_in()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var lan = await LanHost.Start(llm.Url);
        using var running = await lan.Client.Chat(stream: true);
        await using var events = await running.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());

        var stopping = lan.Stop();
        await lan.Logs.Until("Draining 1");
        await UntilRefused(lan.Url);
        Assert.False(stopping.IsCompleted);

        gate.Release();
        Assert.Equal("two", await events.NextText());
        Assert.Equal("[DONE]", (await events.Rest())[^1]);
        await stopping.OrHang();
    }

    [Fact]
    public async Task Idle_connections_do_not_delay_a_stop()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var lan = await LanHost.Start(llm.Url);
        using var answer = await lan.Client.Chat();
        await answer.Text();
        using var silent = await RawConnection.Open(lan.Url);

        await lan.Stop().OrHang();
    }

    [Fact]
    public async Task Request_that_outlives_the_grace_is_cut()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        await using var lan = await LanHost.Start(llm.Url, change: options => options.DrainGrace = TimeSpan.FromMilliseconds(50));
        var asking = lan.Client.Chat();
        var exchange = await llm.NextExchange();

        await lan.Stop().OrHang();

        await exchange.PeerClosed.OrHang();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => asking);
    }

    private static async Task UntilRefused(Uri url)
    {
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken).AsTask().OrHang();
                await Task.Yield();
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
