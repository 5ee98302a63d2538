using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Usage;

/// <summary>
/// The law of the outbox: whatever the order of requests, receipts, receipts that were lost and crashes that tear the last write at any byte, every record whose line was written is counted once,
/// unless it was dropped because the outbox was full, and then it is among those that were said to be.
/// </summary>
public sealed class OutboxProperties
{
    private const int Schedules = 60;

    [Fact]
    public async Task Any_schedule_counts_every_record_that_was_written_once()
    {
        var seed = Draws.Seed;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var (torn, repeated, dropped) = (0, 0, 0);
        for (var schedule = 0; schedule < Schedules; schedule++)
        {
            var run = new Run(new Random(seed + schedule));
            await run.Go($"seed {seed + schedule}");
            (torn, repeated, dropped) = (torn + run.Torn.Count, repeated + run.Repeated, dropped + run.Dropped.Count);
        }

        // Or the schedules harm nothing, and the test proves nothing.
        Assert.True(torn > Schedules && repeated > Schedules && dropped > Schedules, $"{torn} torn, {repeated} repeated, {dropped} dropped");
    }

    private sealed class Run(Random random)
    {
        private readonly TemporaryFolder _data = new();
        private readonly HashSet<string> _added = new(StringComparer.Ordinal);
        private readonly HashSet<string> _ledger = new(StringComparer.Ordinal);
        private readonly int _most = random.Next(2) == 0 ? 20 : 1000;
        private int _number;
        private UsageOutbox _outbox = null!;
        private OutboxWriter _writer = null!;

        /// <summary>Records whose line was torn in a crash.</summary>
        public HashSet<string> Torn { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Dropped { get; } = new(StringComparer.Ordinal);

        /// <summary>Records that came to the ledger once more.</summary>
        public int Repeated { get; private set; }

        public async Task Go(string words)
        {
            await Open();
            for (var step = 0; step < 60; step++)
            {
                switch (random.Next(10))
                {
                    case < 5:
                        Add(random.Next(12));
                        break;
                    case < 7:
                        Settle(lost: false);
                        break;
                    case 7:
                        Settle(lost: true);
                        break;
                    case 8:
                        await Stop();
                        await Open();
                        break;
                    default:
                        Crash();
                        await Open();
                        break;
                }
            }

            while (_outbox.Count > 0)
                Settle(lost: false);
            await Stop();

            Assert.True(_added.SetEquals(_ledger.Union(Torn).Union(Dropped)), $"{words}: {string.Join(' ', _added.Except(_ledger).Except(Torn).Except(Dropped))} are missing");
            Assert.True(_ledger.IsSubsetOf(_added), words);
            var left = Directory.Exists(_data[OutboxFolder.Name]) ? Directory.GetFiles(_data[OutboxFolder.Name]) : [];
            Assert.True(left.Length == 0, $"{words}: {left.Length} files are left");
            _data.Dispose();
        }

        private async Task Open()
        {
            _outbox = new UsageOutbox(TimeProvider.System, NullLogger<UsageOutbox>.Instance, _most);
            _writer = new OutboxWriter(_outbox, _data.Path, new FakeLedger(), TimeProvider.System, NullLogger<OutboxWriter>.Instance, segmentBytes: 1500, gather: TimeSpan.Zero);
            await _writer.StartAsync(TestContext.Current.CancellationToken);
            var ids = _outbox.Peek(1000, int.MaxValue)?.Records.Select(record => int.Parse(record.Id.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture)).ToList() ?? [];
            Assert.Equal(ids.Order(), ids);
        }

        private void Add(int count)
        {
            for (var one = 0; one < count; one++)
            {
                var record = UsageSamples.Record(_number++);
                _added.Add(record.Id);
                foreach (var gone in _outbox.Add(record) ?? [])
                    Dropped.Add(gone.Id);
            }
        }

        private void Settle(bool lost)
        {
            if (_outbox.Peek(random.Next(1, 30)) is not { } parcel)
                return;
            foreach (var record in parcel.Records)
                Repeated += _ledger.Add(record.Id) ? 0 : 1;
            if (!lost)
                _outbox.Acknowledge(parcel);
        }

        private async Task Stop()
        {
            await _writer.StopAsync(CancellationToken.None).OrHang();
            _writer.Dispose();
        }

        // Closing writes what is not written yet: a crash before that is one that tears all of it.
        private void Crash()
        {
            _writer.Dispose();
            var newest = Directory.Exists(_data[OutboxFolder.Name]) ? Directory.GetFiles(_data[OutboxFolder.Name]).Order(StringComparer.Ordinal).LastOrDefault() : null;
            if (newest is null)
                return;
            var text = File.ReadAllBytes(newest);
            var left = random.Next(text.Length + 1);
            using (var file = File.OpenWrite(newest))
                file.SetLength(left);
            var whole = text.AsSpan(0, left).LastIndexOf((byte)'\n') + 1;
            foreach (var range in text.AsSpan(whole).Split((byte)'\n'))
            {
                if (UsageText.Read(text.AsSpan(whole)[range]) is { } record && !_ledger.Contains(record.Id))
                    Torn.Add(record.Id);
            }
        }
    }
}
