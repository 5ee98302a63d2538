using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using OpenAI;
using OpenAI.Chat;

namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>OpenAI's own SDK for .NET against both halves.</summary>
public sealed class DotNetOpenAiTests
{
    private const string Model = "replay-demo";

    [Fact]
    public async Task Dotnet_openai_sdk_chats_and_streams()
    {
        await using var replayed = await ReplayedCluster.Start();
        var chat = Client(replayed, TestUsers.AliceKey).GetChatClient(Model);

        ChatCompletion whole = await chat.CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: TestContext.Current.CancellationToken).OrHang();
        Assert.NotEmpty(whole.Content[0].Text);
        Assert.True(whole.Usage.TotalTokenCount > 0);

        var streamed = new StringBuilder();
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Hello")], cancellationToken: TestContext.Current.CancellationToken))
            streamed.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
        Assert.NotEmpty(streamed.ToString());
    }

    [Fact]
    public async Task Dotnet_openai_sdk_streams_tool_calls()
    {
        await using var replayed = await ReplayedCluster.Start();
        var chat = Client(replayed, TestUsers.AliceKey).GetChatClient("replay-tools");
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("get_weather") } };

        var arguments = new SortedDictionary<int, string>();
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Hello")], options, TestContext.Current.CancellationToken))
        {
            foreach (var piece in update.ToolCallUpdates)
                arguments[piece.Index] = arguments.GetValueOrDefault(piece.Index, "") + piece.FunctionArgumentsUpdate;
        }

        Assert.Equal(["{\"city\":\"Reims\"}", "{\"city\":\"Köln\"}"], arguments.Values);
    }

    [Fact]
    public async Task Dotnet_openai_sdk_leaves_a_stream()
    {
        await using var replayed = await ReplayedCluster.Start();
        var chat = Client(replayed, TestUsers.AliceKey).GetChatClient(Model);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        await using (var updates = chat.CompleteChatStreamingAsync([new UserChatMessage("Hello")], cancellationToken: leave.Token).GetAsyncEnumerator(leave.Token))
        {
            Assert.True(await updates.MoveNextAsync().OrHang());
            await leave.CancelAsync();
        }

        ChatCompletion next = await chat.CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: TestContext.Current.CancellationToken).OrHang();
        Assert.NotEmpty(next.Content[0].Text);
    }

    [Fact]
    public async Task Dotnet_openai_sdk_embeds_and_lists_models()
    {
        await using var replayed = await ReplayedCluster.Start();
        var client = Client(replayed, TestUsers.AliceKey);

        var embedding = await client.GetEmbeddingClient(Model).GenerateEmbeddingAsync("Hello", cancellationToken: TestContext.Current.CancellationToken).OrHang();
        Assert.NotEmpty(embedding.Value.ToFloats().ToArray());

        var models = client.GetOpenAIModelClient();
        var list = await models.GetModelsAsync(TestContext.Current.CancellationToken).OrHang();
        Assert.Contains(list.Value, model => model.Id == Model);
        var one = await models.GetModelAsync(Model, TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(Model, one.Value.Id);
    }

    [Fact]
    public async Task Dotnet_openai_sdk_gets_errors_that_it_understands()
    {
        await using var replayed = await ReplayedCluster.Start();

        await Fails(401, "invalid_api_key", Client(replayed, TestUsers.UnknownKey), Model);
        await Fails(404, "model_not_found", Client(replayed, TestUsers.AliceKey), "replay-dmeo");
        await Fails(400, "context_length_exceeded", Client(replayed, TestUsers.AliceKey), "replay-context");

        static async Task Fails(int status, string code, OpenAIClient client, string model)
        {
            var error = await Assert.ThrowsAsync<ClientResultException>(
                () => client.GetChatClient(model).CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: TestContext.Current.CancellationToken).OrHang());
            Assert.Equal(status, error.Status);
            Assert.Contains(code, error.Message, StringComparison.Ordinal);
        }
    }

    private static OpenAIClient Client(ReplayedCluster replayed, string key) => new(
        new ApiKeyCredential(key),
        new OpenAIClientOptions { Endpoint = new Uri(replayed.Cluster.Url, "v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });
}
