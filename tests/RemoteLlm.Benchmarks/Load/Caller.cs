using System.Net.Sockets;
using System.Text;
using RemoteLlm.Benchmarks.FakeLlm;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>One client: a connection, and one request after the other.</summary>
internal sealed class Caller(LoadCommand command, Window window)
{
    /// <summary>After so many failures a caller gives up; a server that is gone must not be asked forever.</summary>
    private const int MostErrors = 20;

    private readonly ReadOnlyMemory<byte> _request = Request(command);

    public CallerFigures Figures { get; } = new(window);

    /// <summary>Asks until the window is over, or as often as the command says.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        var reading = new StreamReading(Figures, paced: command.GapMicroseconds > 0);
        RawHttpConnection? connection = null;
        try
        {
            for (var asked = 0; !IsEnough(asked); asked++)
            {
                try
                {
                    connection ??= await RawHttpConnection.Connect(command.Port, cancellationToken);
                    if (await Ask(connection, reading, cancellationToken))
                        continue;
                }
                catch (Exception failure) when (failure is SocketException or IOException or InvalidDataException)
                {
                    Figures.CountError(failure.Message);
                }

                connection?.Dispose();
                connection = null;
            }
        }
        catch (OperationCanceledException)
        {
            Figures.CountError("An answer was not complete when the measurement ended.");
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private bool IsEnough(int asked) =>
        window.IsOver || Figures.Errors >= MostErrors || (command.RequestsPerCaller > 0 && asked >= command.RequestsPerCaller);

    /// <returns>True when the connection can be used again.</returns>
    private async ValueTask<bool> Ask(RawHttpConnection connection, StreamReading reading, CancellationToken cancellationToken)
    {
        reading.BeginRequest();
        var head = await connection.Send(_request, cancellationToken);
        await connection.ReadBody(reading, cancellationToken);

        if (head.Status != 200)
            Figures.CountError($"Status {head.Status}: {reading.Remainder}");
        else if (command.Stream && !(reading.IsDone && reading.Chunks == command.Chunks))
            Figures.CountError($"{reading.Chunks} of {command.Chunks} chunks, {(reading.IsDone ? "with" : "without")} the closing event.");
        else
            Figures.CountRequest();
        return !head.Closes;
    }

    private static byte[] Request(LoadCommand command)
    {
        var body = new ChatRequest(command.Stream, command.Chunks, command.GapMicroseconds).ToBody();
        var head = $"""
            POST /v1/chat/completions HTTP/1.1
            Host: 127.0.0.1:{command.Port}
            Authorization: Bearer {command.ApiKey}
            Content-Type: application/json
            Content-Length: {body.Length}


            """.ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
