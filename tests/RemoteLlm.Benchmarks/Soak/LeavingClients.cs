using System.Net.Sockets;
using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.Soak;

/// <summary>Clients that ask, and leave before their answer is complete: at once, or some tokens later.</summary>
internal sealed class LeavingClients(LoadCommand command)
{
    private static readonly TimeSpan s_longestStay = TimeSpan.FromMilliseconds(400);

    private readonly byte[] _request = RequestText.Of(command);
    private readonly Random _random = new(1);

    /// <summary>How many have left.</summary>
    public long Left { get; private set; }

    public async Task Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await AskAndLeave(cancellationToken);
                Left++;
            }
            catch (SocketException)
            {
                // They were about to leave anyway; whoever stays counts the errors.
            }
        }
    }

    private async Task AskAndLeave(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", command.Port, cancellationToken);
        await socket.SendAsync(_request, cancellationToken);
        await Task.Delay(s_longestStay * _random.NextDouble(), TimeProvider.System, cancellationToken);
    }
}
