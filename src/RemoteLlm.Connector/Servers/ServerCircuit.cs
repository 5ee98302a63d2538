using Polly;
using Polly.CircuitBreaker;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// Keeps requests away from a server that fails them. Open for <see cref="Break"/> once half of at least <see cref="Least"/> requests within <see cref="Sampling"/> have failed by
/// the server's fault; then one request at a time tries it, and its success closes the circuit.
/// </summary>
internal sealed class ServerCircuit
{
    /// <summary>5: fewer failures may be one caller's odd requests.</summary>
    public const int Least = 5;

    /// <summary>30 s: what was longer ago says nothing of a server today.</summary>
    public static readonly TimeSpan Sampling = TimeSpan.FromSeconds(30);

    /// <summary>5 s: a restarting server is missed no longer than that, and a dead one costs one request in 5 s a detour.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(5);

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<ServerFailure?> _circuit;
    private readonly TimeProvider _time;
    private long _opened;
    private volatile bool _answers;

    /// <summary>A closed circuit.</summary>
    /// <param name="time">Where time comes from.</param>
    /// <param name="changed">Called with true when it opens, with false when it closes.</param>
    public ServerCircuit(TimeProvider time, Action<bool> changed)
    {
        _time = time;
        _circuit = new ResiliencePipelineBuilder<ServerFailure?> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ServerFailure?>
            {
                FailureRatio = 0.5,
                MinimumThroughput = Least,
                SamplingDuration = Sampling,
                BreakDuration = Break,
                StateProvider = _state,
                // A trial that tells nothing, because its client left, leaves things as they are.
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { } failure ? ServerFailures.CountsAgainstServer(failure) : IsTried),
                OnOpened = _ =>
                {
                    Volatile.Write(ref _opened, time.GetTimestamp());
                    changed(true);
                    return default;
                },
                OnClosed = _ =>
                {
                    changed(false);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Whether it is open or tries a request: the server has failed lately.</summary>
    public bool IsOpen => _state.CircuitState is CircuitState.Open or CircuitState.HalfOpen;

    /// <summary>Whether one request may try it now, and only one.</summary>
    public bool IsTrial => _state.CircuitState == CircuitState.Open && Left == TimeSpan.Zero;

    private bool IsTried => _state.CircuitState == CircuitState.HalfOpen;

    /// <summary>How long it stays open; zero when a request may be tried.</summary>
    public TimeSpan Left
    {
        get
        {
            if (_state.CircuitState != CircuitState.Open)
                return TimeSpan.Zero;
            var left = Break - _time.GetElapsedTime(Volatile.Read(ref _opened));
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>
    /// Whether the server at least answered the last request that it failed. A request may be at fault then: where there is no other server, each gets its own answer rather than
    /// a refusal because of others.
    /// </summary>
    public bool Answers => _answers;

    /// <summary>Runs a request through the circuit.</summary>
    /// <param name="attempt">The request; what came of it, null when that tells nothing of the server.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False when the circuit did not let it through.</returns>
    public async Task<bool> TryRunAsync(Func<Task<ServerFailure?>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            Note(await _circuit.ExecuteAsync(static async (run, _) => await run(), attempt, cancellationToken));
            return true;
        }
        catch (BrokenCircuitException)
        {
            return false;
        }
    }

    /// <summary>Books a failure that showed itself after a request had been let through: an answer that was cut.</summary>
    public async Task ObserveAsync(ServerFailure failure)
    {
        if (!ServerFailures.CountsAgainstServer(failure))
            return;
        await TryRunAsync(() => Task.FromResult<ServerFailure?>(failure), CancellationToken.None);
    }

    private void Note(ServerFailure? outcome)
    {
        if (outcome is { } failure && ServerFailures.CountsAgainstServer(failure))
            _answers = failure is not (ServerFailure.Unreachable or ServerFailure.TimedOut);
    }
}
