using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Connector.Servers;

/// <summary>What is put into the JSON requests to one server: its owner's members, and defaults of generation where the endpoint knows them.</summary>
internal sealed class ServerMembers
{
    // What each API calls a parameter of generation; one that it does not know may be refused. Ollama has its own in "options", where the owner sets defaults in the model file.
    private static readonly string[] s_ofMessages = ["temperature", "top_p", "top_k", "stop_sequences", "max_tokens"];
    private static readonly string[] s_ofResponses = ["temperature", "top_p", "max_output_tokens"];

    private readonly RequestMembers _chat;
    private readonly RequestMembers _messages;
    private readonly RequestMembers _responses;
    private readonly RequestMembers _others;

    private ServerMembers(IReadOnlyList<RequestMember> body, IReadOnlyList<RequestMember> chat, IReadOnlyList<RequestMember> defaults)
    {
        All = Create(chat, defaults);
        _chat = All;
        _messages = Create(body, [.. defaults.Where(static member => s_ofMessages.Contains(member.Name))]);
        _responses = Create(body, [.. defaults.Where(static member => s_ofResponses.Contains(member.Name))]);
        _others = Create(body, []);
    }

    /// <summary>Everything that may be put into any request.</summary>
    public RequestMembers All { get; }

    /// <summary>The members for a server.</summary>
    public static ServerMembers Of(ServerEntry entry)
    {
        var body = entry.Body.Select(static member => new RequestMember(member.Name, member.Json)).ToList();
        // OpenRouter says what an answer cost when it is asked to. Source: its "Usage Accounting".
        List<RequestMember> chat = entry.Kind == ServerKind.OpenRouter && !body.Exists(static member => member.Name == "usage") ? [.. body, new RequestMember("usage", "{\"include\":true}")] : body;
        return new ServerMembers(body, chat, [.. entry.Defaults.Select(static member => new RequestMember(member.Name, member.Json))]);
    }

    /// <summary>Those for an endpoint.</summary>
    public RequestMembers For(ApiEndpoint endpoint) => endpoint switch
    {
        { Request: not RequestFormat.Json } or { Role: not EndpointRole.Relay } => RequestMembers.None,
        { Stream: StreamFormat.ChatEvents } => _chat,
        { Stream: StreamFormat.MessageEvents } => _messages,
        { Stream: StreamFormat.ResponseEvents } => _responses,
        _ => _others,
    };

    // The registry has checked them.
    private static RequestMembers Create(IReadOnlyList<RequestMember> body, IReadOnlyList<RequestMember> defaults) =>
        RequestMembers.TryCreate(body, defaults, out var members, out var problem) ? members : throw new FormatException(problem);
}
