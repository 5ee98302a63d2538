namespace RemoteLlm.Benchmarks.Processes;

/// <summary>The last lines of a text; older ones are forgotten.</summary>
internal sealed class RecentLines(int capacity)
{
    private readonly Queue<string> _lines = new(capacity);

    public void Add(string? line)
    {
        if (line is null)
            return;

        lock (_lines)
        {
            if (_lines.Count == capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public override string ToString()
    {
        lock (_lines)
            return string.Join('\n', _lines);
    }
}
