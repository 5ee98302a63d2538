using System.Runtime.CompilerServices;

namespace RemoteLlm.Testing;

/// <summary>
/// The one timeout of the tests. It is no expectation of speed: it only turns a test that would hang into one that fails and says where.
/// </summary>
public static class HangGuard
{
    /// <summary>Generous, because a loaded machine with few cores is slow, not wrong.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Awaits the task, or fails after <see cref="Limit"/> naming the expression that hung.</summary>
    public static async Task OrHang(this Task task, [CallerArgumentExpression(nameof(task))] string? what = null)
    {
        try
        {
            await task.WaitAsync(Limit, TimeProvider.System);
        }
        catch (TimeoutException timeout) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Still waiting after {Limit.TotalSeconds:0} s for: {what}", timeout);
        }
    }

    /// <inheritdoc cref="OrHang(Task, string?)"/>
    public static async Task<T> OrHang<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string? what = null)
    {
        await OrHang((Task)task, what);
        return await task;
    }

    /// <inheritdoc cref="OrHang(Task, string?)"/>
    public static Task OrHang(this ValueTask task, [CallerArgumentExpression(nameof(task))] string? what = null) =>
        OrHang(task.AsTask(), what);

    /// <inheritdoc cref="OrHang(Task, string?)"/>
    public static Task<T> OrHang<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string? what = null) =>
        OrHang(task.AsTask(), what);
}
