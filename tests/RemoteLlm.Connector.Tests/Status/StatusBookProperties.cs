using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Status;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Status;

public sealed class StatusBookProperties
{
    private static readonly Config s_config = Draws.Properties(300);

    [Fact]
    public void What_the_book_says_is_the_sum_of_the_events_in_total_and_by_row() => Prop.ForAll(Histories(), history =>
    {
        var book = Book(history);
        var ended = history.Where(Ended).ToList();
        Assert.Equal(Figures.Of(history), Figures.Of([book.Total]));
        Assert.Equal(Figures.Of(history), Figures.Of(book.Rows));
        Assert.Equal(history.Where(one => one.Kind != RelayEventKind.Started).Select(KeyOf).Distinct().Count(), book.Rows.Count);
        foreach (var row in book.Rows)
            Assert.Equal(Figures.Of([.. history.Where(one => KeyOf(one) == (row.Server, row.Model))]), Figures.Of([row]));
        return book.Total.ErrorRate == (ended.Count == 0 ? null : (double)ended.Count(one => one.Kind == RelayEventKind.Failed) / ended.Count);
    }).Check(s_config);

    [Fact]
    public void Quantiles_are_those_of_requests_that_ended_well() => Prop.ForAll(Histories(), history =>
    {
        var well = history.Where(one => one.Kind == RelayEventKind.Completed).Select(one => one.Total.TotalSeconds).Order().ToList();
        var latency = Book(history).Total.Latency;
        return well.Count == 0 ? latency is null : Math.Abs(latency!.P95 - well[(int)Math.Ceiling(0.95 * well.Count) - 1]) <= 0.021 * latency.P95;
    }).Check(s_config);

    [Fact]
    public void Pairs_beyond_the_limit_add_up_in_one_row()
    {
        var book = new StatusBook();
        for (var i = 0; i < StatusBook.MaxSeries + 50; i++)
            book.Completed(Event(RelayEventKind.Completed) with { Server = "box", ServedModel = $"model-{i}", BeforeSend = TimeSpan.Zero });
        book.Completed(Event(RelayEventKind.Completed) with { Server = "box", ServedModel = "model-7", BeforeSend = TimeSpan.Zero });

        Assert.Equal(StatusBook.MaxSeries + 1, book.Rows.Count);
        Assert.Equal(50, book.Rows.Single(row => row.Model == StatusBook.Other).Requests);
        Assert.Equal(2, book.Rows.Single(row => row.Model == "model-7").Requests);
        Assert.Equal(StatusBook.MaxSeries + 51, book.Total.Requests);
    }

    [Fact]
    public void What_no_server_took_is_in_one_row_whatever_its_client_called_it()
    {
        var book = new StatusBook();
        foreach (var model in new[] { "a", "b" })
            book.Failed(Event(RelayEventKind.Failed) with { Model = model, Error = "model_not_found" });

        var row = Assert.Single(book.Rows);
        Assert.Equal((null, null, 2L), (row.Server, row.Model, row.ErrorsByCode["model_not_found"]));
    }

    private static StatusBook Book(IEnumerable<RelayEvent> history)
    {
        var book = new StatusBook();
        foreach (var one in history)
        {
            IRelayObserver observer = book;
            switch (one.Kind)
            {
                case RelayEventKind.Started: observer.Started(one); break;
                case RelayEventKind.Retried: observer.Retried(one); break;
                case RelayEventKind.Completed: observer.Completed(one); break;
                default: observer.Failed(one); break;
            }
        }

        return book;
    }

    private static RelayEvent Event(RelayEventKind kind) => new(kind, DateTimeOffset.UnixEpoch, "label", "id", "chat", Dialect.OpenAi);

    private static bool Ended(RelayEvent one) => one.Kind is RelayEventKind.Completed or RelayEventKind.Failed;

    private static (string?, string?) KeyOf(RelayEvent one) => (one.Server, one.Server is null ? null : one.ServedModel);

    private static Arbitrary<List<RelayEvent>> Histories() =>
        (from kind in Gen.Elements(RelayEventKind.Started, RelayEventKind.Retried, RelayEventKind.Completed, RelayEventKind.Failed)
         from server in Gen.Elements(null, "a", "b")
         from model in Gen.Elements("x", "y")
         from tokens in Gen.Choose(0, 1000)
         from cents in Gen.Choose(-1, 100)
         from failure in Gen.Elements(Enum.GetValues<ServerFailure>())
         from milliseconds in Gen.Choose(1, 100_000)
         select Event(kind) with
         {
             Server = server,
             ServedModel = server is null ? null : model,
             BeforeSend = server is null ? null : TimeSpan.Zero,
             PromptTokens = tokens,
             CachedTokens = tokens / 3,
             CompletionTokens = tokens / 2,
             Cost = cents < 0 ? null : cents / 100m,
             Failure = failure,
             Error = kind == RelayEventKind.Failed ? ServerFailures.NameOf(failure) : null,
             Total = TimeSpan.FromMilliseconds(milliseconds),
         }).ListOf().Select(list => list.ToList()).ToArbitrary();

    private sealed record Figures(long Requests, long Errors, long Failures, long Prompt, long Cached, long Completion, decimal Cost)
    {
        public static Figures Of(IReadOnlyList<RelayEvent> history)
        {
            var ended = history.Where(Ended).ToList();
            return new Figures(
                ended.Count, ended.Count(one => one.Error is not null), history.Count(one => one.Kind != RelayEventKind.Started && one.Failure != ServerFailure.None),
                ended.Sum(one => one.PromptTokens), ended.Sum(one => one.CachedTokens), ended.Sum(one => one.CompletionTokens), ended.Sum(one => one.Cost ?? 0));
        }

        public static Figures Of(IReadOnlyList<StatusRow> rows) => new(
            rows.Sum(row => row.Requests), rows.Sum(row => row.ErrorsByCode.Values.Sum()), rows.Sum(row => row.Failures.Values.Sum()),
            rows.Sum(row => row.PromptTokens), rows.Sum(row => row.CachedTokens), rows.Sum(row => row.CompletionTokens), rows.Sum(row => row.Cost ?? 0));
    }
}
