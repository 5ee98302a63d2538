namespace RemoteLlm.Testing.Faults;

/// <summary>A gate for bytes: open at first, and shut between <see cref="Stop"/> and <see cref="Go"/>.</summary>
internal sealed class Flow
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _open = Opened();

    public Task Open
    {
        get { lock (_gate) return _open.Task; }
    }

    public void Stop()
    {
        lock (_gate)
        {
            if (_open.Task.IsCompleted)
                _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Go()
    {
        lock (_gate) _open.TrySetResult();
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        open.SetResult();
        return open;
    }
}
