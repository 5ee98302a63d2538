namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>How much of an answer the client has, so that a server can hold back the next piece until the last one has arrived: then each cut is really one.</summary>
internal sealed class Delivery
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _received;

    /// <summary>The client has read this many bytes more.</summary>
    public void Add(int bytes)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _received += bytes;
            (more, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        more.SetResult();
    }

    /// <summary>Waits until the client has this many bytes.</summary>
    public async Task Until(long total)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_received >= total)
                    return;
                more = _more.Task;
            }

            await more.OrHang($"the client to receive {total} bytes");
        }
    }
}
