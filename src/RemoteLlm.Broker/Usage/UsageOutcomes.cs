using System.Text;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.Usage;

/// <summary>From the error with which a request ended to its outcome.</summary>
internal static class UsageOutcomes
{
    /// <summary>The error of a request whose caller left.</summary>
    public const string ClientGone = "client_gone";

    /// <summary>The error of a request that a connector or its LLM server answered with one, in their words.</summary>
    public const string Upstream = "upstream";

    /// <summary>The status of a request whose caller left before there was an answer: it was told none.</summary>
    public const int ClientGoneStatus = 499;

    /// <summary>The error of a request that an operator cancelled.</summary>
    public static readonly string Cancelled = ApiErrors.RequestCancelled().Code;

    private static readonly byte[] s_cancelled = Encoding.UTF8.GetBytes(Cancelled);

    /// <summary>The outcome.</summary>
    /// <param name="error">The code; null for none.</param>
    public static UsageOutcome Of(string? error) =>
        error is null ? UsageOutcome.Answered : error == ClientGone || error == Cancelled ? UsageOutcome.Stopped : UsageOutcome.Failed;

    /// <summary>The outcome of a request that has an error.</summary>
    /// <param name="error">The code in UTF-8.</param>
    public static UsageOutcome OfError(ReadOnlySpan<byte> error) =>
        error.SequenceEqual("client_gone"u8) || error.SequenceEqual(s_cancelled) ? UsageOutcome.Stopped : UsageOutcome.Failed;
}
