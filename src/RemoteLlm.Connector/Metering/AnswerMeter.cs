using System.Buffers;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Metering;

/// <summary>
/// Watches an answer's bytes pass: when the first came, how many there were, what tokens the server reports. Takes out of a stream the usage that was asked for here.
/// </summary>
internal sealed class AnswerMeter : IBodyObserver
{
    private readonly Exchange _exchange;
    private readonly TimeProvider _time;
    private readonly AnswerStream? _stream;
    private readonly UsageScanner? _usage;

    /// <summary>A meter for one answer.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="stream">The stream; null when the answer is none.</param>
    /// <param name="isJson">Whether an answer that is no stream can have usage in it.</param>
    public AnswerMeter(Exchange exchange, TimeProvider time, AnswerStream? stream, bool isJson)
    {
        (_exchange, _time, _stream) = (exchange, time, stream);
        _usage = stream is not null || isJson ? new UsageScanner(stream?.Format ?? StreamFormat.None) : null;
        Filter = stream is { Format: StreamFormat.ChatEvents } && exchange.UsageRequest is not null ? new UsageTakenOut(stream) : null;
    }

    /// <summary>What the client does not get; null when it gets everything.</summary>
    public IBodyFilter? Filter { get; }

    /// <summary>Whether the stream said that it is whole.</summary>
    public bool EndSeen => _usage!.EndSeen;

    /// <summary>Whether an answer is JSON that can be read.</summary>
    public static bool IsJson(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentEncoding.Count == 0 && answer.Content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.OrdinalIgnoreCase);

    public void OnBytes(ReadOnlySpan<byte> bytes)
    {
        if (_exchange.FirstByte is null)
        {
            _exchange.FirstByte = _time.GetTimestamp();
            _exchange.Events?.FirstToken(_exchange);
        }

        _exchange.Bytes += bytes.Length;
        _usage?.Observe(bytes);
        if (Filter is null)
            _stream?.OnDelivered(bytes);
    }

    /// <summary>The answer is over, whole or not: books what the server reported, else what was delivered and an estimate of the prompt.</summary>
    public void Finish()
    {
        if (_usage is null)
            return;
        (_exchange.Usage, _exchange.UsageEstimated) = (_usage.Usage, false);
        // Anthropic counts the prompt at the beginning: of an answer that broke off the rest is what was delivered.
        if (_stream is not null && !_usage.EndSeen && _usage.ContentEvents > _exchange.Usage.CompletionTokens)
            _exchange.Usage = _exchange.Usage with { CompletionTokens = _usage.ContentEvents };
        if (_usage.Reported is not null || _exchange is not { FirstByte: not null, PromptTokens: { } estimated })
            return;
        _exchange.UsageEstimated = true;
        _exchange.Usage = _exchange.Usage with { PromptTokens = estimated };
    }

    /// <summary>What is left of a stream's bytes is what its tracker must know.</summary>
    private sealed class UsageTakenOut(AnswerStream stream) : IBodyFilter, IBufferWriter<byte>
    {
        private readonly StreamUsageFilter _filter = new();
        private IBufferWriter<byte>? _client;
        private Memory<byte> _written;

        public void Filter(ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
        {
            _client = client;
            _filter.Filter(bytes, this);
        }

        public void Finish(IBufferWriter<byte> client)
        {
            _client = client;
            _filter.Release(this);
        }

        public void Advance(int count)
        {
            stream.OnDelivered(_written.Span[..count]);
            _client!.Advance(count);
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _written = _client!.GetMemory(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
