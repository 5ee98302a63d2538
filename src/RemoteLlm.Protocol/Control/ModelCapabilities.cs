namespace RemoteLlm.Protocol.Control;

/// <summary>What a model can do, as far as its server tells.</summary>
[Flags]
public enum ModelCapabilities
{
    /// <summary>Nothing that is listed here.</summary>
    None = 0,

    /// <summary>Chat and completion.</summary>
    Chat = 1,

    /// <summary>It looks at images.</summary>
    Vision = 2,

    /// <summary>It calls tools.</summary>
    Tools = 4,

    /// <summary>It makes embeddings.</summary>
    Embeddings = 8,

    /// <summary>It ranks documents.</summary>
    Rerank = 16,
}
