namespace RemoteLlm.Benchmarks.Processes;

/// <summary>The last lines of a text, cut at <see cref="LongestLine"/>; older ones are forgotten.</summary>
internal sealed class RecentLines(int capacity)
{
    private const int LongestLine = 600;

    private readonly Queue<string> _lines = new(capacity);

    public void Add(string? line)
    {
        if (line is null)
            return;

        lock (_lines)
        {
            if (_lines.Count == capacity)
                _lines.Dequeue();
            _lines.Enqueue(line.Length > LongestLine ? line[..LongestLine] : line);
        }
    }

    public override string ToString()
    {
        lock (_lines)
            return string.Join('\n', _lines);
    }
}
