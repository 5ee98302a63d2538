namespace RemoteLlm.Broker.Usage.Queries;

/// <summary>The answer to a query.</summary>
/// <param name="Rows">The sums; days in their order, all others by tokens, most first.</param>
/// <param name="Total">All together.</param>
/// <param name="Unreadable">Lines that cannot be read, at most <see cref="MaxUnreadable"/> of them.</param>
internal sealed record UsageReport(IReadOnlyList<UsageSum> Rows, UsageSum Total, IReadOnlyList<UnreadableLine> Unreadable)
{
    /// <summary>Unreadable lines that are listed.</summary>
    public const int MaxUnreadable = 10;
}

/// <summary>A line that does not count.</summary>
/// <param name="File">Its file.</param>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Fault">What is wrong with it.</param>
internal sealed record UnreadableLine(string File, long Line, string Fault);
