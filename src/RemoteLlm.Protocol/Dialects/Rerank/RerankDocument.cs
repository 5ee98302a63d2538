using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>A document of a rerank request.</summary>
/// <param name="Text">The string that is ranked.</param>
/// <param name="Original">What the client sent: that string itself, or the object that it is the <c>text</c> of.</param>
internal readonly record struct RerankDocument(JsonValue Text, JsonValue Original);
