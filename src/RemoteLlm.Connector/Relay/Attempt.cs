using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Relay;

/// <summary>What came of asking one server. Nothing of it has gone to the client yet: that is done by <see cref="FinishAsync"/>, or not at all where another server is asked instead.</summary>
/// <param name="failure">What kind of failure it is; none for an answer, and when the client has left.</param>
/// <param name="finish">Relays the answer, or tells the failure; gives the error to answer with, if that is what is left to do.</param>
/// <param name="held">What is held until then.</param>
internal sealed class Attempt(ServerFailure failure, Func<Task<ApiError?>> finish, IDisposable? held = null) : IDisposable
{
    public ServerFailure Failure { get; } = failure;

    /// <summary>How long the server asked to be left alone; null when it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public Task<ApiError?> FinishAsync() => finish();

    /// <summary>A failure of which there is no more to tell than this.</summary>
    public static Attempt Failed(ServerFailure failure, ApiError? error) => new(failure, () => Task.FromResult(error));

    public void Dispose() => held?.Dispose();
}
