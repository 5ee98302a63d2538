using System.Net;
using System.Net.Sockets;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Faults;

namespace RemoteLlm.Hosting.Tests.Testing.Faults;

/// <summary>A line and who listens at its far end.</summary>
internal sealed class LineStage : IAsyncDisposable
{
    private readonly TcpListener _target = new(IPAddress.Loopback, 0);

    public LineStage(int? seed = null, TimeProvider? time = null)
    {
        _target.Start();
        Line = new FaultyLine(new Uri($"http://127.0.0.1:{((IPEndPoint)_target.LocalEndpoint).Port}/"), seed, time);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed of the line: {Line.Seed}");
    }

    public FaultyLine Line { get; }

    /// <summary>Whether a connection has arrived that nobody has taken.</summary>
    public bool Arrived => _target.Pending();

    /// <summary>Dials the line, and takes what arrives.</summary>
    public async Task<LineEnds> Connect()
    {
        var near = await Dial();
        return new LineEnds(near, await Take());
    }

    public async Task<Socket> Dial()
    {
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(Line.Url.Host, Line.Url.Port, TestContext.Current.CancellationToken).OrHang();
        return near;
    }

    public async Task<Socket> Take()
    {
        var far = await _target.AcceptSocketAsync(TestContext.Current.CancellationToken).OrHang();
        far.NoDelay = true;
        return far;
    }

    /// <summary>Round trips over another line: long enough for bytes of this one to have arrived, if they pass at all.</summary>
    public static async Task AWhile()
    {
        await using var other = new LineStage();
        using var ends = await other.Connect();
        for (var trip = 0; trip < 100; trip++)
        {
            await ends.Near.Say("tick");
            Assert.Equal("tick", await ends.Far.Hear(4));
            await ends.Far.Say("tock");
            Assert.Equal("tock", await ends.Near.Hear(4));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Line.DisposeAsync();
        _target.Dispose();
    }
}
