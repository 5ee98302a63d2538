namespace RemoteLlm.Hosting.Metrics;

/// <summary>The running figures of one combination of labels. Recording is safe from any thread, takes no lock and allocates nothing.</summary>
/// <param name="labels">As they are written, without braces: <c>model="llama3",status="200"</c>; empty for none.</param>
internal abstract class Series(string labels)
{
    public string Labels { get; } = labels;

    public abstract void Record(double measurement);
}
