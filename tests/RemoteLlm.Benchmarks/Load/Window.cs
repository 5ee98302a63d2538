namespace RemoteLlm.Benchmarks.Load;

/// <summary>The part of a measurement that counts, between its warm-up and its tail.</summary>
internal sealed class Window
{
    private volatile bool _isOpen;
    private volatile bool _isOver;

    /// <summary>Times are kept.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Callers finish what they have begun and begin nothing new.</summary>
    public bool IsOver => _isOver;

    public void Open() => _isOpen = true;

    public void Close()
    {
        _isOpen = false;
        _isOver = true;
    }
}
