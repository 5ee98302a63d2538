using System.Security.Cryptography;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Keys;

/// <summary>
/// Sees to it that a form makes one key, however often it is sent. A second click is answered with the very same page, because browsers show the last answer only; whoever comes later than that is told that
/// the key was shown.
/// </summary>
internal sealed class KeyForms(TimeProvider time)
{
    /// <summary>How long a made key is held for a second click.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromSeconds(10);

    /// <summary>How long a form is remembered: a page that stood open longer has not been sent yet, or was sent long ago.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>Forms that are remembered; key making is limited by rate, so this is what a flood would have to exceed in an hour.</summary>
    public const int MaxForms = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Session, string Form), Sent> _sent = [];
    private readonly Queue<((string Session, string Form) Id, long At)> _order = new();

    /// <summary>The id of a new form.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Makes what the form asks for, unless that was done.</summary>
    /// <param name="session">Whose login.</param>
    /// <param name="form">The form's id; what has none is not recognised a second time.</param>
    /// <param name="make">Makes it.</param>
    /// <returns>What was made, now or before; null when that was before and is not held any more.</returns>
    public async Task<MadeKey?> OnceAsync(string session, string form, Func<Task<MadeKey>> make)
    {
        if (form.Length is 0 or > 64)
            return await make();
        Sent sent;
        var isFirst = false;
        lock (_gate)
        {
            Forget();
            if (!_sent.TryGetValue((session, form), out var before))
            {
                isFirst = true;
                _sent.Add((session, form), before = new Sent());
                _order.Enqueue(((session, form), time.GetTimestamp()));
            }

            sent = before;
        }

        if (sent.Holder is not { } holder)
            return null;
        if (!isFirst)
            return await holder.Task;
        try
        {
            var made = await make();
            if (made.Page is null)
                Drop((session, form));
            else
                sent.ForgetAfter(Shown, time);
            sent.Made(made);
            return made;
        }
        catch (Exception exception)
        {
            Drop((session, form));
            sent.Failed(exception);
            throw;
        }
    }

    // What failed may be corrected and sent again.
    private void Drop((string Session, string Form) id)
    {
        lock (_gate)
            _sent.Remove(id);
    }

    private void Forget()
    {
        while (_order.TryPeek(out var oldest) && (_order.Count > MaxForms || time.GetElapsedTime(oldest.At) > Remembered))
        {
            _order.Dequeue();
            _sent.Remove(oldest.Id);
        }
    }

    private sealed class Sent
    {
        private volatile TaskCompletionSource<MadeKey>? _holder = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ITimer? _timer;

        /// <summary>Holds what the first of equal forms makes; null once it is not held any more.</summary>
        public TaskCompletionSource<MadeKey>? Holder => _holder;

        public void Made(MadeKey made) => _holder?.TrySetResult(made);

        public void Failed(Exception exception)
        {
            if (_holder is not { } holder)
                return;
            holder.TrySetException(exception);
            // Whoever sent it first is told; that nobody sent it again is no fault.
            _ = holder.Task.Exception;
        }

        public void ForgetAfter(TimeSpan wait, TimeProvider time) =>
            _timer = time.CreateTimer(static sent => ((Sent)sent!)._holder = null, this, wait, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>What came of a form that makes a key.</summary>
/// <param name="Outcome">What came of the edit.</param>
/// <param name="Page">The page that shows the key; null when none was made.</param>
internal sealed record MadeKey(EditOutcome Outcome, NewKeyModel? Page);
