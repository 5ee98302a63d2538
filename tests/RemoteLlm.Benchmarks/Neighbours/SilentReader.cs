using System.Net;
using System.Net.Sockets;
using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.Neighbours;

/// <summary>A client that asks for a stream and reads nothing of it.</summary>
internal sealed class SilentReader : IDisposable
{
    /// <summary>Much less than a system takes for a client.</summary>
    private const int Full = 32 * 1024;

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

    /// <summary>A reader whose stream has ended, or never began, is nobody's bad neighbour.</summary>
    /// <exception cref="BenchmarkException">The system holds too little of it for this client to be full.</exception>
    public void ThrowUnlessFull()
    {
        if (_socket.Available < Full)
            throw new BenchmarkException($"Only {_socket.Available} bytes wait for the client that reads nothing: its stream does not run.");
    }

    public void Dispose() => _socket.Dispose();
}
