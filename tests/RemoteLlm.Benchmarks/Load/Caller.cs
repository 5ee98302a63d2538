using System.Net.Sockets;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>One client: a connection, and one request after the other.</summary>
/// <param name="command">What it asks.</param>
/// <param name="window">When it counts.</param>
/// <param name="number">Which of the callers it is, from 0.</param>
internal sealed class Caller(LoadCommand command, Window window, int number)
{
    /// <summary>After so many failures a caller gives up; a server that is gone must not be asked forever.</summary>
    private const int MostErrors = 20;

    private readonly byte[] _request = RequestText.Of(command);

    public CallerFigures Figures { get; } = new(window);

    /// <summary>Asks until the window is over, or as often as the command says.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        var reading = new StreamReading(Figures, isStream: command.Stream, paced: command.GapMicroseconds > 0);
        RawHttpConnection? connection = null;
        try
        {
            await Wait(command.SpreadMilliseconds * number / command.Callers, cancellationToken);
            for (var asked = 0; !IsEnough(asked); asked++)
            {
                try
                {
                    reading.BeginRequest();
                    connection ??= await RawHttpConnection.Connect(command.Port, cancellationToken);
                    if (await Ask(connection, reading, cancellationToken))
                    {
                        await Wait(command.PauseMilliseconds, cancellationToken);
                        continue;
                    }
                }
                catch (Exception failure) when (failure is SocketException or IOException or InvalidDataException)
                {
                    CountError(failure.Message, reading);
                }

                connection?.Dispose();
                connection = null;
            }
        }
        catch (OperationCanceledException)
        {
            if (!command.BreakOff)
                CountError("An answer was not complete when the measurement ended.", reading);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private static async ValueTask Wait(int milliseconds, CancellationToken cancellationToken)
    {
        if (milliseconds > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, cancellationToken);
    }

    private void CountError(string message, StreamReading reading) => Figures.CountError(message, early: reading.Chunks == 0, told: reading.SaidError);

    private bool IsEnough(int asked) =>
        window.IsOver || Figures.Errors >= MostErrors || (command.RequestsPerCaller > 0 && asked >= command.RequestsPerCaller);

    /// <returns>True when the connection can be used again.</returns>
    private async ValueTask<bool> Ask(RawHttpConnection connection, StreamReading reading, CancellationToken cancellationToken)
    {
        if (command.OwnConversations)
            RequestText.Renew(_request);
        reading.BeginRequest();
        var head = await connection.Send(_request, cancellationToken);
        await connection.ReadBody(reading, cancellationToken);

        if (head.Status != 200)
            CountError($"Status {head.Status}: {reading.Remainder}", reading);
        else if (command.Stream && !(reading.IsDone && reading.Chunks == command.Chunks))
            CountError($"{reading.Chunks} of {command.Chunks} chunks in order, {(reading.IsDone ? "with" : "without")} the closing event.", reading);
        else if (command.AnswerBytes > 0 && reading.Bytes != command.AnswerBytes)
            CountError($"{reading.Bytes} of {command.AnswerBytes} bytes.", reading);
        else
            Figures.CountRequest(head.Server, reading.Elapsed);
        return !head.Closes;
    }
}
