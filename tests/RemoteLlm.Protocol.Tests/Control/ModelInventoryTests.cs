using System.Text.Json;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Protocol.Tests.Control;

public sealed class ModelInventoryTests
{
    // As SignalR writes its messages.
    private static readonly JsonSerializerOptions s_wire = new(JsonSerializerDefaults.Web);

    [Fact]
    public void As_many_models_as_are_taken_fit_into_one_message()
    {
        var inventory = new ModelInventory([.. Enumerable.Range(0, ModelInventory.MaxModels).Select(Known)]);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(inventory, s_wire).Length, 1, ControlContract.MaxMessageToBroker - 1024);
    }

    [Fact]
    public void What_is_not_known_is_not_sent()
    {
        var json = JsonSerializer.Serialize(new ModelDescription("a", 0, "b"), s_wire);
        Assert.Equal("""{"id":"a","created":0,"ownedBy":"b","ollama":null}""", json);
        Assert.Equal(new ModelDescription("a", 0, "b"), JsonSerializer.Deserialize<ModelDescription>(json, s_wire));
    }

    [Fact]
    public void What_is_known_arrives()
    {
        var inventory = new ModelInventory([Known(1)]);
        Assert.True(inventory.IsSameAs(JsonSerializer.Deserialize<ModelInventory>(JsonSerializer.Serialize(inventory, s_wire), s_wire)!));
        Assert.False(inventory.IsSameAs(new ModelInventory([Known(1) with { Loaded = true }])));
    }

    private static ModelDescription Known(int number) => new(number.ToString("D6").PadLeft(256, 'm'), 1_764_496_800, "remotellm")
    {
        ContextLength = 1_047_576,
        Capabilities = ModelCapabilities.Chat | ModelCapabilities.Vision | ModelCapabilities.Tools | ModelCapabilities.Embeddings | ModelCapabilities.Rerank,
        Loaded = false,
        Ollama = new OllamaModel("2025-11-20T09:12:44.302451012+01:00", 2_019_393_189_000, new string('d', 64), "safetensors", "deepseek2-distilled", "671.0B", "Q4_K_M")
        {
            LoadedBytes = 2_019_393_189_000,
            ExpiresAt = "2025-11-21T10:05:00.514284731+01:00",
        },
    };
}
