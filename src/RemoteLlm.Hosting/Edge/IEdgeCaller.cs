namespace RemoteLlm.Hosting.Edge;

/// <summary>Whom an edge has admitted.</summary>
public interface IEdgeCaller
{
    /// <summary>Whose key it is.</summary>
    string User { get; }

    /// <summary>By what the key is recognised in a log; never the key.</summary>
    string KeyName { get; }

    /// <summary>Globs of the models allowed; null = all.</summary>
    IReadOnlyList<string>? Models { get; }

    /// <summary>Whether the caller may use a model; by Ollama's names a missing tag is <c>latest</c>.</summary>
    bool Allows(string model);
}
