using System.Net.ServerSentEvents;
using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>Reads server-sent events one by one, as they arrive.</summary>
internal sealed class EventReader(Stream body) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<SseItem<string>> _events = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();

    /// <summary>The next event's data; null at the end of the answer.</summary>
    public async Task<string?> Next() => await _events.MoveNextAsync().OrHang("the next event") ? _events.Current.Data : null;

    /// <summary>The text of the next event, which must be a chat chunk.</summary>
    public async Task<string?> NextText()
    {
        var data = await Next();
        Assert.NotNull(data);
        using var chunk = JsonDocument.Parse(data);
        return chunk.RootElement.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : null;
    }

    /// <summary>All events from here to the end.</summary>
    public async Task<IReadOnlyList<string>> Rest()
    {
        var rest = new List<string>();
        while (await Next() is { } data)
            rest.Add(data);
        return rest;
    }

    public ValueTask DisposeAsync() => _events.DisposeAsync();
}
