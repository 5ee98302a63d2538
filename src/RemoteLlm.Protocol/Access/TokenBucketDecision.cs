namespace RemoteLlm.Protocol.Access;

/// <summary>What a bucket answered to one request, all of the same instant: the figures of the rate limit headers.</summary>
/// <param name="Allowed">Whether the request may go on; its token is then taken.</param>
/// <param name="Wait">How long until a token is there; zero when allowed. Rounded up to 100 ns.</param>
/// <param name="Remaining">Tokens left now; <see cref="int.MaxValue"/> without a limit.</param>
/// <param name="UntilFull">How long until the bucket is full again, if nothing else is taken. Rounded up to 100 ns.</param>
public readonly record struct TokenBucketDecision(bool Allowed, TimeSpan Wait, int Remaining, TimeSpan UntilFull);
