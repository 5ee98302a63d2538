using System.Collections.Frozen;
using RemoteLlm.Broker.Api;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>Every endpoint that the broker serves, described. Made from the tables by which it serves them.</summary>
internal static class Operations
{
    private const string ManagementNote =
        "Changes what is installed at the LLM server: refused with 403 management_not_allowed unless the server's owner allows it, and then for users with role: operator only.";

    private static readonly FrozenSet<ErrorCause> s_listing = FrozenSet.Create(ErrorCause.Always, ErrorCause.Key);
    private static readonly FrozenSet<ErrorCause> s_one = FrozenSet.Create(ErrorCause.Always, ErrorCause.Key, ErrorCause.Model);
    private static readonly FrozenSet<ErrorCause> s_json =
        FrozenSet.Create(ErrorCause.Always, ErrorCause.Key, ErrorCause.Model, ErrorCause.Body, ErrorCause.JsonBody, ErrorCause.Work);
    private static readonly FrozenSet<ErrorCause> s_messages =
        FrozenSet.Create(ErrorCause.Always, ErrorCause.Key, ErrorCause.Model, ErrorCause.Body, ErrorCause.JsonBody, ErrorCause.Messages, ErrorCause.Work);
    private static readonly FrozenSet<ErrorCause> s_rerank =
        FrozenSet.Create(ErrorCause.Always, ErrorCause.Key, ErrorCause.Model, ErrorCause.Body, ErrorCause.JsonBody, ErrorCause.Rerank, ErrorCause.Work);
    private static readonly FrozenSet<ErrorCause> s_form =
        FrozenSet.Create(ErrorCause.Always, ErrorCause.Key, ErrorCause.Model, ErrorCause.Body, ErrorCause.FormBody, ErrorCause.Work);
    private static readonly FrozenSet<ErrorCause> s_management =
        FrozenSet.Create(ErrorCause.Always, ErrorCause.Key, ErrorCause.Model, ErrorCause.Body, ErrorCause.JsonBody, ErrorCause.Work, ErrorCause.Management);

    // Served by the web framework itself: no key, no error, no body.
    private static readonly Operation s_alive = new("alive", "HEAD", "/", "Whether anybody is there, as Ollama's command line asks.") { Dialect = Dialect.Ollama, NeedsKey = false };

    public static IReadOnlyList<Operation> All { get; } = [.. ApiEndpoints.All.Select(Relayed), .. BrokerEndpoints.All.Select(Own), s_alive];

    private static Operation Relayed(ApiEndpoint endpoint)
    {
        var form = EndpointForms.Of(endpoint.Path);
        var isForm = endpoint.Request == RequestFormat.Multipart;
        var isRerank = endpoint.Role == EndpointRole.Rerank;
        var isManagement = endpoint.Role == EndpointRole.Management;
        return new Operation(Id(endpoint.Path), endpoint.Method, endpoint.Path, endpoint.Summary)
        {
            Dialect = endpoint.Dialect,
            Aliases = endpoint.Aliases,
            Note = isManagement ? ManagementNote : endpoint.Role == EndpointRole.CountTokens ? "Where the LLM server cannot count, the number is an estimate." : "",
            Request = form.Request,
            Format = endpoint.Request,
            Answers = [.. Answers(endpoint, form)],
            Errors = With(isManagement ? s_management : isForm ? s_form : isRerank ? s_rerank : endpoint.Dialect == Dialect.Anthropic ? s_messages : s_json),
            ErrorGroup = isManagement ? "Management" : isForm ? "Form" : isRerank ? "Rerank" : "",
            IsRelayed = true,
            IsManagement = isManagement,
        };
    }

    private static Operation Own(ApiEndpoint endpoint)
    {
        var isOpen = endpoint == BrokerEndpoints.Document || endpoint == BrokerEndpoints.Docs;
        var isOne = endpoint == OwnEndpoints.Model;
        return new Operation(Id(endpoint.Path), endpoint.Method, endpoint.Path, endpoint.Summary)
        {
            Dialect = isOpen ? null : endpoint.Dialect,
            NeedsKey = !isOpen,
            Note = isOne ? "A slash in the id may stay or be sent as %2F." : "",
            Answers = [new(endpoint == BrokerEndpoints.Docs ? "text/html" : "application/json", EndpointForms.Of(endpoint.Path).Answer, "")],
            Errors = isOpen ? [] : With(isOne ? s_one : s_listing),
            ErrorGroup = isOne ? "Model" : "Listing",
        };
    }

    private static IEnumerable<Answer> Answers(ApiEndpoint endpoint, EndpointForm form)
    {
        var streams = endpoint.Stream != StreamFormat.None;
        if (streams && endpoint.StreamsByDefault)
            yield return Stream(endpoint, form, "Unless stream is false. ");
        if (form.Answer is not null)
            yield return new("application/json", form.Answer, !streams ? "" : endpoint.StreamsByDefault ? "For stream: false." : "Unless stream is true.");
        foreach (var other in EndpointForms.OtherThanJson(endpoint))
            yield return other;
        if (streams && !endpoint.StreamsByDefault)
            yield return Stream(endpoint, form, form.Answer is null ? "For stream_format: sse. " : "For stream: true. ");
    }

    private static Answer Stream(ApiEndpoint endpoint, EndpointForm form, string when) =>
        new(StreamWords.ContentType(endpoint.Stream), form.Piece, when + StreamWords.End(endpoint.Stream));

    private static KnownError[] With(FrozenSet<ErrorCause> causes) => [.. ErrorCatalogue.All.Where(error => causes.Contains(error.Cause))];

    // "/v1/chat/completions" is v1ChatCompletions: unique since paths are, and a name in every language.
    private static string Id(string path)
    {
        var words = path.Split(['/', '_', '.', '{', '}'], StringSplitOptions.RemoveEmptyEntries);
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
