using System.Globalization;
using RemoteLlm.Broker.Usage.Files;

namespace RemoteLlm.Broker.Usage.Queries;

/// <summary>
/// A question to the ledger's files. They are read from start to end and never changed; a broker may be writing meanwhile: of its last line only the whole counts. Memory grows with the rows of the answer, not with the files.
/// </summary>
/// <param name="By">By what is summed up.</param>
/// <param name="Since">From this moment on.</param>
/// <param name="Until">Up to this moment, which is not included.</param>
internal sealed record UsageQuery(UsageGrouping By, DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>Only of this user, whatever the name's case; null = of all.</summary>
    public string? User { get; init; }

    /// <summary>Asks.</summary>
    /// <param name="dataFolder">The broker's data folder.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public UsageReport Run(string dataFolder, CancellationToken cancellationToken)
    {
        var reading = new Reading(this);
        foreach (var (month, file) in UsageFolder.Months(UsageFolder.In(dataFolder)))
        {
            if (month.Number >= UsageMonth.Of(Since).Number && month.Number <= UsageMonth.Of(Until).Number)
                reading.Read(file, cancellationToken);
        }

        return reading.Report();
    }

    private sealed class Reading(UsageQuery query)
    {
        private readonly Dictionary<string, UsageSum> _sums = new(Utf8Names.Instance);
        private readonly UsageSum _total = new("total");
        private readonly List<UnreadableLine> _unreadable = [];
        private readonly Utf8Names.Set _names = new();

        public void Read(string file, CancellationToken cancellationToken)
        {
            using var stream = UsageFolder.OpenToRead(file);
            var lines = new LineReader(stream);
            while (lines.Next(out var text))
            {
                if (lines.Number % 4096 == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                if (UsageLineReader.TryRead(text, out var line, out var fault))
                    Take(ref line);
                else if (!text.IsEmpty && _unreadable.Count < UsageReport.MaxUnreadable)
                    _unreadable.Add(new UnreadableLine(file, lines.Number, fault));
            }
        }

        public UsageReport Report()
        {
            var rows = query.By == UsageGrouping.Day
                ? _sums.Values.OrderBy(sum => sum.Name, StringComparer.Ordinal)
                : _sums.Values.OrderByDescending(sum => sum.PromptTokens + sum.CompletionTokens).ThenBy(sum => sum.User, StringComparer.Ordinal).ThenBy(sum => sum.Name, StringComparer.Ordinal);
            return new UsageReport([.. rows], _total, _unreadable);
        }

        private void Take(ref UsageLine line)
        {
            var time = line.Time;
            if (time < query.Since || time >= query.Until || (query.User is { } user && !string.Equals(_names[line.User], user, StringComparison.OrdinalIgnoreCase)))
                return;
            SumOf(ref line, time).Add(ref line);
            _total.Add(ref line);
        }

        private UsageSum SumOf(ref UsageLine line, DateTimeOffset time)
        {
            switch (query.By)
            {
                case UsageGrouping.Model:
                    return Sum(line.Model);
                case UsageGrouping.Connector:
                    return Sum(line.Connector);
                case UsageGrouping.Day:
                    Span<byte> day = stackalloc byte[16];
                    DateOnly.FromDateTime(time.UtcDateTime).TryFormat(day, out var written, "yyyy-MM-dd", CultureInfo.InvariantCulture);
                    return Sum(day[..written]);
                case UsageGrouping.Key:
                    return KeySum(ref line);
                default:
                    return Sum(line.User);
            }
        }

        private UsageSum Sum(ReadOnlySpan<byte> name)
        {
            var sums = _sums.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!sums.TryGetValue(name, out var sum))
                sums[name] = sum = new UsageSum(Utf8Names.Instance.Create(name));
            return sum;
        }

        // By its id, under the name that it had last; by its name where it has no id. User names are GitLab's and have neither of the two that stand between.
        private UsageSum KeySum(ref UsageLine line)
        {
            var hasId = !line.KeyId.IsEmpty;
            var key = hasId ? line.KeyId : line.Key;
            Span<byte> both = line.User.Length + key.Length < 512 ? stackalloc byte[line.User.Length + 1 + key.Length] : new byte[line.User.Length + 1 + key.Length];
            line.User.CopyTo(both);
            both[line.User.Length] = hasId ? (byte)'\t' : (byte)'\n';
            key.CopyTo(both[(line.User.Length + 1)..]);
            var sums = _sums.GetAlternateLookup<ReadOnlySpan<byte>>();
            var name = _names[line.Key];
            if (!sums.TryGetValue(both, out var sum))
                sums[both] = sum = new UsageSum(name) { User = _names[line.User], KeyId = hasId ? _names[line.KeyId] : null };
            sum.Name = name;
            return sum;
        }
    }
}
