using System.Globalization;

namespace RemoteLlm.Protocol.Dialects.Errors;

// Refusals of a rerank request, by the member at fault.
public static partial class ApiErrors
{
    /// <summary>400 <c>missing_query</c>.</summary>
    public static ApiError MissingQuery() =>
        new(400, ApiErrorTypes.InvalidRequest, "missing_query", "The request has no query. Set \"query\" to the text that the documents are to be compared with.") { Param = "query" };

    /// <summary>400 <c>invalid_query</c>: not a string, or an empty one.</summary>
    public static ApiError InvalidQuery() =>
        new(400, ApiErrorTypes.InvalidRequest, "invalid_query", "\"query\" must be a string that is not empty.") { Param = "query" };

    /// <summary>400 <c>missing_documents</c>.</summary>
    public static ApiError MissingDocuments() =>
        new(400, ApiErrorTypes.InvalidRequest, "missing_documents", "The request has no documents. Set \"documents\" to a list of strings, or of objects with a \"text\".") { Param = "documents" };

    /// <summary>400 <c>invalid_documents</c>: not a list, or an empty one.</summary>
    /// <param name="member">What the client calls them, one of our constants: <c>documents</c> or <c>texts</c>.</param>
    public static ApiError InvalidDocuments(string member) =>
        new(400, ApiErrorTypes.InvalidRequest, "invalid_documents", $"\"{member}\" must be a list of at least one document, each a string or an object with a \"text\".") { Param = member };

    /// <summary>400 <c>invalid_documents</c>: an entry of the list has no text, as images have none.</summary>
    /// <param name="member">What the client calls the list, one of our constants.</param>
    /// <param name="index">The entry's place, counted from 0.</param>
    public static ApiError InvalidDocument(string member, int index)
    {
        var entry = string.Create(CultureInfo.InvariantCulture, $"{member}[{index}]");
        return new(400, ApiErrorTypes.InvalidRequest, "invalid_documents", $"\"{entry}\" must be a string, or an object whose \"text\" is a string; only text can be ranked here.") { Param = entry };
    }

    /// <summary>400 <c>too_many_documents</c>.</summary>
    /// <param name="member">What the client calls the list, one of our constants.</param>
    /// <param name="limit">The most that one request may have.</param>
    public static ApiError TooManyDocuments(string member, int limit) =>
        new(400, ApiErrorTypes.InvalidRequest, "too_many_documents", string.Create(
            CultureInfo.InvariantCulture,
            $"\"{member}\" has more than {limit} entries, the most that one request may have. Spread them over several requests; scores of one query can be compared.")) { Param = member };

    /// <summary>400 <c>invalid_top_n</c>: negative or not a whole number.</summary>
    /// <param name="member">What the client calls it, one of our constants: <c>top_n</c> or <c>top_k</c>.</param>
    public static ApiError InvalidTopN(string member) =>
        new(400, ApiErrorTypes.InvalidRequest, "invalid_top_n", $"\"{member}\" must be a whole number from 0; 0 or none means all documents.") { Param = member };

    /// <summary>400 <c>invalid_return_documents</c>: neither true nor false.</summary>
    /// <param name="member">What the client calls it, one of our constants: <c>return_documents</c> or <c>return_text</c>.</param>
    public static ApiError InvalidReturnDocuments(string member) =>
        new(400, ApiErrorTypes.InvalidRequest, "invalid_return_documents", $"\"{member}\" must be true or false.") { Param = member };
}
