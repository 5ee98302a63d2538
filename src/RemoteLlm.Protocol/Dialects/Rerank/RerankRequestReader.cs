using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Json;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>Reads one <see cref="RerankRequest"/> and says what is wrong with it. Of duplicate members the last one counts, as most servers have it.</summary>
internal sealed class RerankRequestReader(ReadOnlyMemory<byte> body)
{
    private readonly JsonValue[] _members = new JsonValue[Enum.GetValues<RerankMember>().Length];
    private readonly List<RerankDocument> _documents = [];
    private int _topN;
    private bool _returnsDocuments;

    /// <summary>The request; null, with an error, when it cannot be understood.</summary>
    public RerankRequest? Read(out ApiError? error)
    {
        error = TakeMembers() ?? CheckQuery() ?? TakeDocuments() ?? TakeTopN() ?? TakeReturnDocuments();
        if (error is not null)
            return null;

        var query = Member(RerankMember.Query);
        return new RerankRequest
        {
            Body = body,
            Model = Member(RerankMember.Model),
            Query = query,
            Documents = _documents,
            TopN = _topN,
            ReturnsDocuments = _returnsDocuments,
            PromptBytes = ((long)query.Length * _documents.Count) + _documents.Sum(document => (long)document.Text.Length),
            RawScores = Member(RerankMember.RawScores),
            Truncate = Member(RerankMember.Truncate),
            TruncationDirection = Member(RerankMember.TruncationDirection),
        };
    }

    private JsonValue Member(RerankMember member) => _members[(int)member];

    private ApiError? TakeMembers()
    {
        try
        {
            var parts = new JsonParts(body.Span);
            if (parts.Kind != JsonTokenType.StartObject)
                return InvalidBody();
            foreach (var part in parts)
                _members[(int)RerankMembers.Recognise(part)] = part.Value;
        }
        catch (JsonException)
        {
            return InvalidBody();
        }

        return Member(RerankMember.Model).Kind == JsonTokenType.String ? null : ApiErrors.MissingModel();
    }

    // Only for a caller that did not check the body: the scanner tells clients where the fault is.
    private ApiError InvalidBody()
    {
        var scanner = new RequestScanner();
        scanner.Scan(body.Span);
        scanner.Finish();
        return ApiErrors.InvalidBody(scanner.Fault ?? new RequestFault(RequestFaultKind.InvalidJson, 0, 1, "it cannot be read"));
    }

    private ApiError? CheckQuery()
    {
        var query = Member(RerankMember.Query);
        if (query.IsAbsent)
            return ApiErrors.MissingQuery();
        return query.Kind != JsonTokenType.String || query.IsEmptyString ? ApiErrors.InvalidQuery() : null;
    }

    private ApiError? TakeDocuments()
    {
        var (list, name) = Member(RerankMember.Documents).IsAbsent ? (Member(RerankMember.Texts), "texts") : (Member(RerankMember.Documents), "documents");
        if (list.IsAbsent)
            return ApiErrors.MissingDocuments();
        if (list.Kind != JsonTokenType.StartArray)
            return ApiErrors.InvalidDocuments(name);

        foreach (var part in new JsonParts(body.Span, list))
        {
            if (_documents.Count == RerankRequest.MaxDocuments)
                return ApiErrors.TooManyDocuments(name, RerankRequest.MaxDocuments);
            var text = TextOf(part.Value);
            if (text.Kind != JsonTokenType.String)
                return ApiErrors.InvalidDocument(name, _documents.Count);
            _documents.Add(new RerankDocument(text, part.Value));
        }

        return _documents.Count == 0 ? ApiErrors.InvalidDocuments(name) : null;
    }

    private JsonValue TextOf(JsonValue document)
    {
        if (document.Kind != JsonTokenType.StartObject)
            return document;

        JsonValue text = default;
        foreach (var part in new JsonParts(body.Span, document))
        {
            if (part.NameIs("text"u8))
                text = part.Value;
        }

        return text;
    }

    private ApiError? TakeTopN()
    {
        _topN = _documents.Count;
        var (value, name) = Member(RerankMember.TopN).IsAbsent ? (Member(RerankMember.TopK), "top_k") : (Member(RerankMember.TopN), "top_n");
        if (value.IsAbsent)
            return null;

        // As a double, since 3.0 and 1e3 are whole too; what it rounds or cannot hold is far above the count of any documents.
        if (value.Kind != JsonTokenType.Number || JsonNumber.ToDouble(value.In(body.Span)) is not (>= 0 and var wanted))
            return ApiErrors.InvalidTopN(name);
        if (!double.IsInteger(wanted) && !double.IsInfinity(wanted))
            return ApiErrors.InvalidTopN(name);

        // vLLM's default is 0 and means all.
        if (wanted > 0)
            _topN = (int)Math.Min(wanted, _topN);
        return null;
    }

    private ApiError? TakeReturnDocuments()
    {
        var (value, name) = Member(RerankMember.ReturnDocuments).IsAbsent
            ? (Member(RerankMember.ReturnText), "return_text")
            : (Member(RerankMember.ReturnDocuments), "return_documents");
        _returnsDocuments = value.Kind == JsonTokenType.True;
        return value.IsAbsent || value.Kind is JsonTokenType.True or JsonTokenType.False ? null : ApiErrors.InvalidReturnDocuments(name);
    }
}
