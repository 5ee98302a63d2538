using System.Buffers;
using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Protocol.Tests.Dialects.Json;
using RemoteLlm.Protocol.Tests.Dialects.Streams;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

public sealed class StreamUsageFilterProperties
{
    private const int Streams = 5_000;

    private static readonly int s_seed = Random.Shared.Next(int.MaxValue - Streams);

    [Fact]
    public void Any_stream_split_anyhow_comes_out_as_the_whole_one_does()
    {
        foreach (var seed in Seeds())
        {
            var stream = Bytes(new RandomChunks(seed, withUsage: true).Events());
            var whole = Run([stream]);
            Assert.True(Run(new RandomJson(seed).Split(stream)) == whole, $"seed {seed}");
            Assert.True(Run(stream.Chunk(1)) == whole, $"seed {seed}, by the byte");
        }
    }

    [Fact]
    public void What_comes_out_is_what_a_reader_of_events_and_json_would_leave()
    {
        var (changed, dropped) = (0, 0);
        foreach (var seed in Seeds())
        {
            var events = new RandomChunks(seed, withUsage: true).Events();
            var expected = new List<StreamEvent>();
            foreach (var dispatched in EventStreamText.Read(Bytes(events)))
            {
                var left = WithoutUsage(dispatched.Data, out var isChanged);
                changed += isChanged ? 1 : 0;
                dropped += left is null ? 1 : 0;
                if (left is not null)
                    expected.Add(dispatched with { Data = left });
            }

            var actual = EventStreamText.Read(Encoding.UTF8.GetBytes(Run([Bytes(events)])));
            Assert.True(expected.SequenceEqual(actual.Select(e => e with { Data = Canonical(e.Data) })), $"seed {seed}");
        }

        Assert.True(changed > Streams / 4 && dropped > Streams / 20, $"{changed} changed, {dropped} dropped: the draw says little");
    }

    [Fact]
    public void Event_by_event_what_has_no_usage_passes_byte_for_byte()
    {
        foreach (var seed in Seeds())
        {
            foreach (var text in new RandomChunks(seed, withUsage: true).Events())
            {
                var data = EventStreamText.Read(Encoding.UTF8.GetBytes(text));
                var isChanged = false;
                if (data.Count > 0)
                    WithoutUsage(data[0].Data, out isChanged);
                Assert.True(isChanged != (Run([Encoding.UTF8.GetBytes(text)]) == text), $"seed {seed}: {text}");
            }
        }
    }

    [Fact]
    public void A_stream_without_usage_passes_byte_for_byte_and_waits_only_inside_of_events()
    {
        foreach (var seed in Seeds())
        {
            var events = new RandomChunks(seed, withUsage: false).Events();
            var stream = Bytes(events);
            Assert.True(Run(new RandomJson(seed).Split(stream)) == string.Concat(events), $"seed {seed}");

            var (filter, output, sent) = (new StreamUsageFilter(), new ArrayBufferWriter<byte>(), 0);
            foreach (var text in events)
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                var split = new Random(seed).Next(bytes.Length);
                filter.Filter(bytes.AsSpan(0, split), output);
                filter.Filter(bytes.AsSpan(split), output);
                sent += bytes.Length;
                Assert.True(!filter.Holds && output.WrittenCount == sent, $"seed {seed}");
            }
        }
    }

    [Fact]
    public void A_stream_that_breaks_off_loses_nothing()
    {
        foreach (var seed in Seeds())
        {
            var stream = Bytes(new RandomChunks(seed, withUsage: false).Events());
            var cut = stream[..new Random(seed).Next(stream.Length)];
            var (filter, output) = (new StreamUsageFilter(), new ArrayBufferWriter<byte>());
            foreach (var piece in new RandomJson(seed).Split(cut))
                filter.Filter(piece, output);
            filter.Release(output);
            Assert.True(output.WrittenSpan.SequenceEqual(cut) && !filter.Holds, $"seed {seed}");
        }
    }

    private static IEnumerable<int> Seeds()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seeds from {s_seed}");
        return Enumerable.Range(s_seed, Streams);
    }

    private static byte[] Bytes(List<string> events) => Encoding.UTF8.GetBytes(string.Concat(events));

    private static string Run(IEnumerable<byte[]> pieces)
    {
        var (filter, output) = (new StreamUsageFilter(), new ArrayBufferWriter<byte>());
        foreach (var piece in pieces)
            filter.Filter(piece, output);
        Assert.False(filter.Holds);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The rules, by a parser: null for an event that is dropped.</summary>
    private static string? WithoutUsage(string data, out bool changed)
    {
        changed = false;
        if (!data.Contains("\"usage\"") || !TryParse(data, out var json) || json.ValueKind != JsonValueKind.Object)
            return Canonical(data);

        var goes = json.EnumerateObject().Where(m => m.NameEquals("usage") && m.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Null).ToList();
        changed = goes.Count > 0;
        if (goes.Exists(m => m.Value.ValueKind == JsonValueKind.Object) && json.TryGetProperty("choices", out var choices)
            && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() == 0)
        {
            return null;
        }

        var kept = json.EnumerateObject().Where(m => !(m.NameEquals("usage") && m.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Null));
        return "{" + string.Join(',', kept.Select(m => m.ToString())) + "}";
    }

    private static string Canonical(string data) =>
        TryParse(data, out var json) && json.ValueKind == JsonValueKind.Object ? "{" + string.Join(',', json.EnumerateObject().Select(m => m.ToString())) + "}" : data;

    private static bool TryParse(string data, out JsonElement json)
    {
        json = default;
        try
        {
            json = JsonDocument.Parse(data).RootElement;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
