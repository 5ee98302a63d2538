using System.Net;
using System.Net.Sockets;
using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.Neighbours;

/// <summary>A client that asks for a stream and reads nothing of it.</summary>
internal sealed class SilentReader : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Asks. The stream goes on, as far as there is room for it, until this is disposed.</summary>
    public static async Task<SilentReader> Ask(LoadCommand command, CancellationToken cancellationToken)
    {
        var reader = new SilentReader();
        try
        {
            await reader._socket.ConnectAsync(IPAddress.Loopback, command.Port, cancellationToken);
            await reader._socket.SendAsync(RequestText.Of(command), cancellationToken);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public void Dispose() => _socket.Dispose();
}
