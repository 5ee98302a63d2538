using System.Net.Sockets;
using System.Text;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Replay.Tests.Support;
using RemoteLlm.Testing;

namespace RemoteLlm.Replay.Tests;

public sealed class ReplayServerTests
{
    [Fact]
    public void Create_SettingMissingOrWrong_SaysWhatToSet()
    {
        AssertRefused("LLM_PROXY_TARGET", new ReplayOptions { Mode = ReplayMode.Live });
        AssertRefused("--cassettes", new ReplayOptions { Mode = ReplayMode.Record, Target = new Uri("http://localhost:1") });
        AssertRefused("such as http://127.0.0.1:5090", new ReplayOptions { Url = "https://127.0.0.1:0" });
        AssertRefused("such as http://127.0.0.1:5090", new ReplayOptions { Url = "nowhere" });
    }

    [Fact]
    public async Task A_body_over_the_limit_is_a_413_in_the_OpenAI_shape()
    {
        await using var replay = await RunningReplay.Start(new ReplayOptions());
        using var socket = new TcpClient();
        await socket.ConnectAsync(replay.Address.Host, replay.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();

        // The announced length is enough; nobody has to send 64 MiB.
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 67108865\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken).OrHang();

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"request_too_large\"", answer, StringComparison.Ordinal);
    }

    private static void AssertRefused(string part, ReplayOptions options) =>
        Assert.Contains(part, Assert.Throws<SettingException>(() => ReplayServer.Create(options)).Message, StringComparison.Ordinal);
}
