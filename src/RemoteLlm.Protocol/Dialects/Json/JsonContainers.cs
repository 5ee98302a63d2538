namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>The open objects and arrays, one bit each.</summary>
internal struct JsonContainers
{
    /// <summary>The deepest nesting accepted: what the .NET JSON reader accepts, and far more than any request has.</summary>
    public const int MaxDepth = 64;

    private ulong _objects;

    /// <summary>How many are open, 0 to <see cref="MaxDepth"/>.</summary>
    public int Depth { get; private set; }

    /// <summary>Whether the innermost is an object; false in an array and at the top.</summary>
    public readonly bool InObject => (_objects & 1) != 0;

    /// <summary>Whether there is an outermost one and it is an object.</summary>
    public readonly bool OutermostIsObject => Depth > 0 && ((_objects >> (Depth - 1)) & 1) != 0;

    /// <summary>Opens one; false when that would be too deep.</summary>
    public bool TryOpen(bool isObject)
    {
        if (Depth == MaxDepth)
            return false;
        _objects = (_objects << 1) | (isObject ? 1UL : 0);
        Depth++;
        return true;
    }

    /// <summary>Closes the innermost.</summary>
    public void Close()
    {
        _objects >>= 1;
        Depth--;
    }
}
