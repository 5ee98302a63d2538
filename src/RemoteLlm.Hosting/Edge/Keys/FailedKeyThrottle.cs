using System.Collections.Concurrent;
using System.Net;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Hosting.Edge.Keys;

/// <summary>
/// Slows down whoever tries keys: an address with too many failures is refused before its next key is looked at. Keys that were good from the
/// same address before pass, so that one misconfigured editor does not lock out an office behind one address.
/// </summary>
public sealed class FailedKeyThrottle(TimeProvider time)
{
    /// <summary>Failures that an address may make at once.</summary>
    public const int Burst = 20;

    /// <summary>Failures a minute that an address may make in the long run.</summary>
    public const int PerMinute = 20;

    // Bounds on memory: beyond them all is forgotten at once, which forgives and never locks out.
    private const int MaxAddresses = 50_000;
    private const int MaxVouched = 50_000;

    private static readonly RequestLimits s_limits = new(PerMinute, Burst);
    private readonly ConcurrentDictionary<IPAddress, TokenBucket> _failures = new();
    private readonly ConcurrentDictionary<(IPAddress Address, KeyDigest Key), byte> _vouched = new();

    /// <summary>Looks a sent key up, and counts it when it is none of ours.</summary>
    /// <param name="from">The client's address.</param>
    /// <param name="sent">What it sent; null for nothing.</param>
    /// <param name="find">Finds what a key belongs to.</param>
    /// <param name="known">It, when the key is known.</param>
    /// <returns>The error to answer with when it is not.</returns>
    public ApiError? Find<T>(IPAddress? from, string? sent, Func<KeyDigest, T?> find, out T? known)
        where T : class
    {
        known = null;
        var address = from ?? IPAddress.None;
        if (sent is null)
            return Count(address) ?? ApiErrors.MissingApiKey();
        if (!ApiKey.IsWellFormed(sent))
            return Count(address) ?? ApiErrors.InvalidApiKey();

        var digest = ApiKey.Hash(sent);
        if (Refuse(address, digest) is { } refusal)
            return refusal;
        known = find(digest);
        if (known is null)
            return Count(address) ?? ApiErrors.InvalidApiKey();
        Vouch(address, digest);
        return null;
    }

    /// <summary>The refusal of an address that has failed too often and brings a key that was not good from there before; else null.</summary>
    public ApiError? Refuse(IPAddress address, KeyDigest key)
    {
        address = SubscriberAddress.Of(address);
        if (!_failures.TryGetValue(address, out var bucket) || bucket.Remaining(time.GetTimestamp()) > 0 || _vouched.ContainsKey((address, key)))
            return null;
        return TooMany(TimeSpan.FromSeconds(60.0 / PerMinute));
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>The refusal to give instead of the usual one, when there were too many.</returns>
    public ApiError? Count(IPAddress address)
    {
        address = SubscriberAddress.Of(address);
        if (_failures.Count >= MaxAddresses)
            _failures.Clear();
        var decision = _failures.GetOrAdd(address, static (_, clock) => new TokenBucket(s_limits, clock.TimestampFrequency), time).Take(time.GetTimestamp());
        return decision.Allowed ? null : TooMany(decision.Wait);
    }

    /// <summary>A key was good from this address.</summary>
    public void Vouch(IPAddress address, KeyDigest key)
    {
        address = SubscriberAddress.Of(address);
        if (_vouched.ContainsKey((address, key)))
            return;
        if (_vouched.Count >= MaxVouched)
            _vouched.Clear();
        _vouched.TryAdd((address, key), 0);
    }

    /// <summary>429 <c>too_many_failed_keys</c>.</summary>
    public static ApiError TooMany(TimeSpan wait) =>
        new(429, ApiErrorTypes.RateLimit, "too_many_failed_keys", "Too many requests with a wrong API key came from this address. Check the key, then try again later.")
        {
            RetryAfter = wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait,
        };
}
