namespace RemoteLlm.Protocol.Access;

/// <summary>The names of classes, in headers, logs and files.</summary>
public static class RequestClasses
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["interactive", "batch"];

    /// <summary>The name of a class.</summary>
    public static string NameOf(RequestClass of) => of == RequestClass.Batch ? "batch" : "interactive";

    /// <summary>The class of a name, in any case.</summary>
    public static bool TryParse(string? name, out RequestClass of)
    {
        of = string.Equals(name, "batch", StringComparison.OrdinalIgnoreCase) ? RequestClass.Batch : RequestClass.Interactive;
        return of == RequestClass.Batch || string.Equals(name, "interactive", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The class of a request: its key's, or a lower one that it asks for. Nothing that is asked for raises it.</summary>
    /// <param name="key">The key's.</param>
    /// <param name="asked">What the request says; null, or nothing known, for nothing.</param>
    public static RequestClass Of(RequestClass key, string? asked) => TryParse(asked, out var lower) && lower > key ? lower : key;
}
