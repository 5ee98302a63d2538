namespace RemoteLlm.Benchmarks.Processes;

/// <summary>The last lines of a text; older ones are forgotten.</summary>
internal sealed class RecentLines(int capacity)
{
    private readonly Queue<string> lines = new(capacity);

    public void Add(string? line)
    {
        if (line is null)
            return;

        lock (lines)
        {
            if (lines.Count == capacity)
                lines.Dequeue();
            lines.Enqueue(line);
        }
    }

    public override string ToString()
    {
        lock (lines)
            return string.Join('\n', lines);
    }
}
