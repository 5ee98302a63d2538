namespace RemoteLlm.Hosting.Management;

/// <summary>The outcome of an <see cref="IReadinessCheck"/>.</summary>
/// <param name="IsReady">Whether traffic can be taken.</param>
/// <param name="Reason">One line for the operator, without secrets: why not, or what is worth knowing though it is ready.</param>
public readonly record struct Readiness(bool IsReady, string? Reason = null)
{
    /// <summary>Traffic can be taken.</summary>
    public static Readiness Ready(string? remark = null) => new(true, remark);

    /// <summary>Traffic cannot be taken, for this reason.</summary>
    public static Readiness NotReady(string reason) => new(false, reason);
}
