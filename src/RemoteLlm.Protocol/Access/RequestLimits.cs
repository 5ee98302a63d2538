namespace RemoteLlm.Protocol.Access;

/// <summary>How often one user may ask, by all keys together.</summary>
/// <param name="RequestsPerMinute">The steady rate, requests a minute; 0 = no limit, fractions allowed.</param>
/// <param name="Burst">How many requests may come at once after a rest; 1 or more.</param>
public sealed record RequestLimits(double RequestsPerMinute, int Burst)
{
    /// <summary>60 a minute: one a second outlasts a person at a chat and a coding agent's tool loop.</summary>
    public const double DefaultRequestsPerMinute = 60;

    /// <summary>10 at once: an editor that opens asks for models, completions and embeddings together.</summary>
    public const int DefaultBurst = 10;

    /// <summary>The limits of those for whom nothing else is said.</summary>
    public static RequestLimits Default { get; } = new(DefaultRequestsPerMinute, DefaultBurst);

    /// <summary>No limit.</summary>
    public static RequestLimits None { get; } = new(0, DefaultBurst);

    /// <summary>The steady rate, requests a minute; 0 = no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or not a number.</exception>
    public double RequestsPerMinute { get; init => field = Rate(value); } = Rate(RequestsPerMinute);

    /// <summary>How many requests may come at once after a rest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Burst { get; init => field = AtLeastOne(value); } = AtLeastOne(Burst);

    /// <summary>How many requests may run at once; 0 = no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int ConcurrentRequests { get; init => field = NotNegative(value); }

    /// <summary>How many tokens, of prompts and answers, a minute may take; 0 = no limit. As many may be taken at once after a rest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public long TokensPerMinute { get; init => field = NotNegative(value); }

    /// <summary>Whether the rate of requests is not limited.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsUnlimited => RequestsPerMinute == 0;

    private static double Rate(double value) => double.IsFinite(value) && value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "Requests a minute are 0 (no limit) or more.");

    private static int AtLeastOne(int value) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A burst is 1 or more.");

    private static T NotNegative<T>(T value)
        where T : System.Numerics.INumber<T> => T.IsNegative(value)
            ? throw new ArgumentOutOfRangeException(nameof(value), value, "A limit is 0 (no limit) or more.")
            : value;
}
