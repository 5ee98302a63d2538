using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>A server's verdict on one document.</summary>
/// <param name="Index">The document's place in the request.</param>
/// <param name="Value">The score, to sort by; an infinity when it is beyond what a double can hold.</param>
/// <param name="Text">The number as the server wrote it, to pass on.</param>
internal readonly record struct RerankScore(int Index, double Value, JsonValue Text)
{
    /// <summary>The better score first; of equal ones, the document that the client named first.</summary>
    public static int BestFirst(RerankScore a, RerankScore b)
    {
        var byValue = b.Value.CompareTo(a.Value);
        return byValue != 0 ? byValue : a.Index.CompareTo(b.Index);
    }
}
