using System.Net.Sockets;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>One client: a connection, and one request after the other.</summary>
internal sealed class Caller(LoadCommand command, Window window)
{
    /// <summary>After so many failures a caller gives up; a server that is gone must not be asked forever.</summary>
    private const int MostErrors = 20;

    private readonly ReadOnlyMemory<byte> _request = RequestText.Of(command);

    public CallerFigures Figures { get; } = new(window);

    /// <summary>Asks until the window is over, or as often as the command says.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        var reading = new StreamReading(Figures, isStream: command.Stream, paced: command.GapMicroseconds > 0);
        RawHttpConnection? connection = null;
        try
        {
            for (var asked = 0; !IsEnough(asked); asked++)
            {
                try
                {
                    connection ??= await RawHttpConnection.Connect(command.Port, cancellationToken);
                    if (await Ask(connection, reading, cancellationToken) && await Pause(cancellationToken))
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
            if (!command.BreakOff)
                Figures.CountError("An answer was not complete when the measurement ended.");
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private async ValueTask<bool> Pause(CancellationToken cancellationToken)
    {
        if (command.PauseMilliseconds > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(command.PauseMilliseconds), TimeProvider.System, cancellationToken);
        return true;
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
            Figures.CountError($"{reading.Chunks} of {command.Chunks} chunks in order, {(reading.IsDone ? "with" : "without")} the closing event.");
        else if (command.AnswerBytes > 0 && reading.Bytes != command.AnswerBytes)
            Figures.CountError($"{reading.Bytes} of {command.AnswerBytes} bytes.");
        else
            Figures.CountRequest();
        return !head.Closes;
    }
}
