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

    private static async Task<string[]> Ids(RunningReplay replay)
    {
        using var list = JsonDocument.Parse(await replay.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken));
        return [.. list.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
    }
}
