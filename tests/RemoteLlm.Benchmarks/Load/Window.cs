namespace RemoteLlm.Benchmarks.Load;

/// <summary>The part of a measurement that counts, between its warm-up and its tail.</summary>
internal sealed class Window
{
    private volatile bool isOpen;
    private volatile bool isOver;

    /// <summary>Times are kept.</summary>
    public bool IsOpen => isOpen;

    /// <summary>Callers finish what they have begun and begin nothing new.</summary>
    public bool IsOver => isOver;

    public void Open() => isOpen = true;

    public void Close()
    {
        isOpen = false;
        isOver = true;
    }
}
