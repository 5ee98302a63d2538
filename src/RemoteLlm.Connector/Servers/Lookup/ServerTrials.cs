using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Servers.Lookup;

/// <summary>Sends one tiny request to a server and measures the answer, for commands.</summary>
/// <param name="time">The clock.</param>
public sealed class ServerTrials(TimeProvider time)
{
    /// <summary>2 min: a model of some ten GB is read from a disk in that time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Tokens that are asked for: enough to tell a speed, and a cent buys thousands of such trials.</summary>
    private const int Tokens = 16;

    /// <summary>Sends the request. Failures are values; only cancellation is thrown.</summary>
    public async Task<ServerTrial> TryAsync(ServerEntry entry, TrialModel model, CancellationToken cancellationToken)
    {
        if (!entry.Credential.TryRead(out var key, out var missing))
            return new ServerTrial(model, missing);
        using var client = new LlmHttpClient(entry);
        using var timeout = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = Request(entry, model, key);
            var began = time.GetTimestamp();
            using var response = await client.Fresh.SendAsync(request, both.Token);
            if (!response.IsSuccessStatusCode)
                return new ServerTrial(model, await Refusal(response, both.Token));
            var answer = new TrialAnswer(time, began, model);
            return await answer.ReadAsync(response.Content, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ServerTrial(model, $"no complete answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new ServerTrial(model, $"{entry.Address} cannot be reached, or broke off ({failure.GetBaseException().Message.TrimEnd('.')})");
        }
    }

    private static HttpRequestMessage Request(ServerEntry entry, TrialModel model, string? key)
    {
        var body = new JsonObject { ["model"] = model.Id };
        if (model.IsEmbedding)
        {
            body["input"] = "Hello";
        }
        else
        {
            body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Count from one to ten in words." });
            body["stream"] = true;
            body["stream_options"] = new JsonObject { ["include_usage"] = true };

            // OpenAI's reasoning models refuse the old name; others know no other.
            body[entry.Kind == ServerKind.OpenAi ? "max_completion_tokens" : "max_tokens"] = Tokens;
        }

        foreach (var member in entry.Body)
            body[member.Name] = JsonNode.Parse(member.Json);
        var content = new ReadOnlyMemoryContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        var request = new HttpRequestMessage(HttpMethod.Post, entry.Address.Endpoint(model.IsEmbedding ? "/v1/embeddings" : "/v1/chat/completions")) { Content = content };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        foreach (var (name, value) in entry.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    // What a server says about a key may quote it.
    private static async Task<string> Refusal(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is 401 or 403)
            return $"the server refuses the key ({status}); see api_key_env or api_key_file of its entry";
        var body = await ServerQuery.ReadBounded(response.Content, cancellationToken) ?? default;
        var said = ServerError.Read(Dialect.OpenAi, status, response.Content.Headers.ContentType?.MediaType, body.Span, truncated: false).Message;
        return said.Length == 0 ? $"the server answered with status {status}" : $"the server answered with status {status}: {said}";
    }
}
