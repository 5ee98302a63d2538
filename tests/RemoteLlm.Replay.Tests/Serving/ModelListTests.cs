using System.Net;
using System.Text.Json;
using RemoteLlm.Replay.Tests.Support;
using RemoteLlm.Testing;

namespace RemoteLlm.Replay.Tests.Serving;

public sealed class ModelListTests
{
    private const string Recorded = """
        source: hand-written for a test
        request: { method: GET, path: /v1/models }
        response: { body: '{ "object":"list", "data":[{"id":"a","meta":{"n":1}}] }' }
        """;

    private const string RecordedTags = """
        source: hand-written for a test
        request: { method: GET, path: /api/tags }
        response: { body: '{ "models":[{"name":"a:latest","size":7}] }' }
        """;

    private const string Chat = """
        source: hand-written for a test
        request: { method: POST, path: /v1/chat/completions, body: { model: NAME } }
        response: { body: "{}" }
        """;

    [Fact]
    public async Task Models_OfTheDemo_AreListed()
    {
        await using var replay = await RunningReplay.Start(new ReplayOptions());

        Assert.Equal(["replay-demo"], await Ids(replay));
    }

    [Fact]
    public async Task Models_RecordedListThatNamesAll_IsPlayedByteForByte()
    {
        using var folder = new TemporaryFolder();
        folder.Write("models.yaml", Recorded);
        folder.Write("chat.yaml", Chat.Replace("NAME", "a", StringComparison.Ordinal));
        await using var replay = await RunningReplay.Play(folder.Path);

        Assert.Equal("""{ "object":"list", "data":[{"id":"a","meta":{"n":1}}] }""", await replay.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Models_OtherCassettesNameMore_AreAddedToTheRecordedOnes()
    {
        using var folder = new TemporaryFolder();
        folder.Write("models.yaml", Recorded);
        folder.Write("chat.yaml", Chat.Replace("NAME", "b", StringComparison.Ordinal));
        await using var replay = await RunningReplay.Play(folder.Path);

        Assert.Equal(["a", "b"], await Ids(replay));
        Assert.Equal("""{"id":"a","meta":{"n":1}}""", await replay.Client.GetStringAsync("/v1/models/a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Models_UnknownId_IsNotFound()
    {
        await using var replay = await RunningReplay.Start(new ReplayOptions());

        using var answer = await replay.Client.GetAsync("/v1/models/other", TestContext.Current.CancellationToken).OrHang();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Tags_without_a_recording_list_the_same_models_as_Ollama_does()
    {
        using var folder = new TemporaryFolder();
        folder.Write("models.yaml", Recorded);
        folder.Write("chat.yaml", Chat.Replace("NAME", "b", StringComparison.Ordinal));
        folder.Write("form.yaml", Chat.Replace("body: { model: NAME }", "form: { model: c }", StringComparison.Ordinal));
        await using var replay = await RunningReplay.Play(folder.Path);

        Assert.Equal(["a", "b", "c"], await Ids(replay));
        using var list = JsonDocument.Parse(await replay.Client.GetStringAsync("/api/tags", TestContext.Current.CancellationToken));
        var models = list.RootElement.GetProperty("models").EnumerateArray().ToArray();
        Assert.Equal(["a", "b", "c"], models.Select(model => model.GetProperty("name").GetString()!));
        Assert.All(models, model => Assert.Equal(["name", "model", "modified_at", "size", "digest", "details"], model.EnumerateObject().Select(member => member.Name)));
    }

    [Fact]
    public async Task Tags_recorded_for_some_models_do_not_hide_the_others()
    {
        using var folder = new TemporaryFolder();
        folder.Write("chat.yaml", Chat.Replace("NAME", "b", StringComparison.Ordinal));
        folder.Write("tags.yaml", RecordedTags);
        await using var replay = await RunningReplay.Play(folder.Path);

        Assert.StartsWith("""{"models":[{"name":"a:latest","size":7},{"name":"b",""", await replay.Client.GetStringAsync("/api/tags", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(["a:latest", "b"], await Ids(replay));
    }

    [Fact]
    public async Task Tags_recorded_for_all_models_are_played_byte_for_byte()
    {
        using var folder = new TemporaryFolder();
        folder.Write("chat.yaml", Chat.Replace("NAME", "'a:latest'", StringComparison.Ordinal));
        folder.Write("tags.yaml", RecordedTags);
        await using var replay = await RunningReplay.Play(folder.Path);

        Assert.Equal("""{ "models":[{"name":"a:latest","size":7}] }""", await replay.Client.GetStringAsync("/api/tags", TestContext.Current.CancellationToken));
    }

    private static async Task<string[]> Ids(RunningReplay replay)
    {
        using var list = JsonDocument.Parse(await replay.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken));
        return [.. list.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
    }
}
