using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>The members of a rerank request that are understood here, under all of their names.</summary>
internal enum RerankMember
{
    /// <summary>Any other: the server's affair.</summary>
    Other,
    Model,
    Query,
    Documents,

    /// <summary>TEI's documents.</summary>
    Texts,
    TopN,

    /// <summary>Voyage's top_n.</summary>
    TopK,
    ReturnDocuments,

    /// <summary>TEI's return_documents.</summary>
    ReturnText,
    RawScores,
    Truncate,
    TruncationDirection,
}

/// <summary>Tells the members by their names.</summary>
internal static class RerankMembers
{
    /// <summary>Which one it is.</summary>
    public static RerankMember Recognise(in JsonPart part) =>
        part.NameIs("model"u8) ? RerankMember.Model
        : part.NameIs("query"u8) ? RerankMember.Query
        : part.NameIs("documents"u8) ? RerankMember.Documents
        : part.NameIs("texts"u8) ? RerankMember.Texts
        : part.NameIs("top_n"u8) ? RerankMember.TopN
        : part.NameIs("top_k"u8) ? RerankMember.TopK
        : part.NameIs("return_documents"u8) ? RerankMember.ReturnDocuments
        : part.NameIs("return_text"u8) ? RerankMember.ReturnText
        : part.NameIs("raw_scores"u8) ? RerankMember.RawScores
        : part.NameIs("truncate"u8) ? RerankMember.Truncate
        : part.NameIs("truncation_direction"u8) ? RerankMember.TruncationDirection
        : RerankMember.Other;

    /// <summary>Whether a server that takes the standard form gets the member as the client sent it. Infinity knows <c>raw_scores</c> too.</summary>
    public static bool IsKeptInStandardForm(RerankMember member) =>
        member is RerankMember.Other or RerankMember.RawScores or RerankMember.Truncate or RerankMember.TruncationDirection;
}
