using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Hosting.Management;

/// <summary>Asks all checks at once, and adds whether the host itself is up, starting or draining.</summary>
internal sealed partial class ReadinessReport(
    IEnumerable<IReadinessCheck> checks,
    IHostApplicationLifetime host,
    TimeProvider time,
    ILogger<ReadinessReport> logger)
{
    /// <summary>5 s: monitors give up after ten at most, and should get our reason instead.</summary>
    public static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(5);

    private readonly IReadinessCheck[] _checks = [.. checks];

    public async Task<IReadOnlyList<ReadinessLine>> Ask(CancellationToken cancellationToken)
    {
        var lines = await Task.WhenAll(_checks.Select(check => Ask(check, cancellationToken)));
        return [Line("host", Host()), .. lines];
    }

    private Readiness Host()
    {
        if (host.ApplicationStopping.IsCancellationRequested) return Readiness.NotReady("stopping: running requests finish, new ones belong elsewhere");
        return host.ApplicationStarted.IsCancellationRequested ? Readiness.Ready() : Readiness.NotReady("starting");
    }

    private async Task<ReadinessLine> Ask(IReadinessCheck check, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(CheckLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // Waited for from outside too: a check that ignores its token must not hold the answer up.
            return Line(check.Name, await check.CheckAsync(either.Token).AsTask().WaitAsync(either.Token));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Line(check.Name, Readiness.NotReady($"no answer within {CheckLimit.TotalSeconds:0} s"));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            CheckFailed(logger, e, check.Name);
            return Line(check.Name, Readiness.NotReady("the check itself failed; see the log"));
        }
    }

    private static ReadinessLine Line(string name, Readiness readiness) => new(name, readiness.IsReady, readiness.Reason);

    [LoggerMessage(1, LogLevel.Warning, "Readiness check {Name} failed")]
    private static partial void CheckFailed(ILogger logger, Exception exception, string name);
}

/// <summary>One line of the report, as it is written.</summary>
internal sealed record ReadinessLine(string Name, bool Ready, string? Reason);
