namespace RemoteLlm.Testing.Llm;

/// <summary>Lets a script take as many steps as the test has released, and no more: chunk by chunk, with no clock.</summary>
public sealed class Turnstile : IDisposable
{
    private readonly SemaphoreSlim _steps = new(0);

    /// <summary>Releases the next step, or several.</summary>
    public void Release(int steps = 1) => _steps.Release(steps);

    /// <summary>Waits for the next step to be released.</summary>
    public Task Pass(CancellationToken cancellationToken) => _steps.WaitAsync(cancellationToken);

    public void Dispose() => _steps.Dispose();
}
